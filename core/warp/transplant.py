"""Carries out a warp: one pass over the source in which frames get the mouths of other moments."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.media.clock.frames import FrameTimes, frame_times
from liptune.core.media.inventory.words import Told
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.ahead import ahead
from liptune.core.media.read.raw import RawFormat, RawFrame, read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.picture import describe_picture
from liptune.core.media.write.render import render
from liptune.core.media.write.staging import copy_untouched
from liptune.core.options import WarpOptions
from liptune.core.plan.clip import Clip
from liptune.core.plan.types import TimeWarp
from liptune.core.progress import Progress, Remembered
from liptune.core.sync.clip import ClipScore
from liptune.core.warp.blends import BLENDS, Blend
from liptune.core.warp.colour import Colours, colours_of
from liptune.core.warp.donors import Chooser, Terms, Wish
from liptune.core.warp.faces import FrameFaces, faces_on
from liptune.core.warp.frame_stream import Pairing, Step
from liptune.core.warp.gain import gains
from liptune.core.warp.gallery import Gallery, Shot
from liptune.core.warp.patch import paste
from liptune.core.warp.types import Composite, Left, Pair

Outcome = tuple[Step, Composite | Left]

AHEAD_FRAMES = 2
"""Made while earlier ones are handed to the encoder."""


@dataclass(frozen=True)
class Transplanted:
    """What was written. ``picture``: ``untouched`` or the encoder's name.

    ``donors``: (N,) the frame that each frame has its mouth from, its own where ``left`` says why.
    ``losses``: what the copy lacks of its source.
    """

    path: Path
    picture: str
    times: FrameTimes
    donors: NDArray[np.int64]
    left: tuple[Left | None, ...]
    shots: tuple[Shot, ...] = ()
    losses: tuple[Told, ...] = ()

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(N,) whether a frame has another mouth."""
        return np.array([reason is None for reason in self.left], np.bool_)


@dataclass(frozen=True)
class Scene:
    """What is worked on, and what is known of it. ``audio``: the sound where it came in a file of its own."""

    video: MediaInfo
    audio: MediaInfo | None
    analysis: Analysis
    scored: ClipScore


def transplant(
    scene: Scene,
    clip: Clip,
    warp: TimeWarp | None,
    options: WarpOptions,
    output: Path,
    *,
    progress: Progress,
) -> Transplanted:
    """Writes the video with the mouths that ``warp`` asks for; None asks for none.

    Sound and all else are kept as `render` keeps them. Before encoding, frames that are left alone are the
    source's to the bit, and so is every pixel outside of the mask. Where nothing changes, the copy is the
    file to the byte. Raises as `render`.
    """
    told = Remembered(progress)
    told("render", 0.0)
    times = frame_times(scene.video, heartbeat=told.again)
    faces = faces_on(scene.analysis, scene.scored, times.seconds, require_video(scene.video))
    terms = Terms(options.donor_pose_limit_degrees, options.start or 0.0, options.end or np.inf)
    still = [Wish(left=Left.IN_TIME)] * len(times.ticks)
    chooser = Chooser(faces, times.seconds, terms)
    wanted = chooser.wishes(warp, gains(clip, warp)) if warp else still
    kept = scene.audio is None and output.suffix == output_suffix(scene.video)
    if kept and all(wish.left for wish in wanted):
        copy_untouched(scene.video.path, output, progress=progress)
        left = tuple(wish.left for wish in wanted)
        return Transplanted(output, "untouched", times, np.arange(len(times.ticks)), left)
    colours = colours_of(describe_picture(scene.video), raw_format(require_video(scene.video)))
    record = Record.empty(colours, len(wanted))
    made = outcomes(scene.video, faces, wanted, BLENDS[options.blend](colours))
    with closing(ahead(made, AHEAD_FRAMES)) as steps:
        frames = record.noted(steps)
        rendered = render(scene.video, frames, output, times=times, audio=scene.audio, progress=progress)
    return Transplanted(
        output,
        rendered.encoder,
        times,
        record.donors,
        tuple(record.left),
        record.gallery.best(),
        rendered.losses,
    )


def outcomes(
    video: MediaInfo, faces: FrameFaces, wanted: Sequence[Wish], blend: Blend
) -> Generator[Outcome, None, None]:
    """Yields every frame of the video, changed or not, with what was done to it."""
    stream = require_video(video)
    layout = raw_format(stream)
    pairing = Pairing(layout, faces, wanted, float(stream.sample_aspect))
    with closing(read_frames(video, layout)) as frames:
        yield from blended(layout, pairing.steps(frames), blend)


def blended(layout: RawFormat, steps: Iterable[Step], blend: Blend) -> Iterator[Outcome]:
    """Yields every step, its frame changed in place where the blend makes a composite of it."""
    ahead, steps = tee(steps)
    for step, done in zip(steps, blend(each.pair for each in ahead), strict=True):
        if isinstance(done, Composite) and isinstance(step.pair, Pair):
            paste(layout, step.frame, step.pair.target.box, done)
        yield step, done


@dataclass
class Record:
    """What happened to each frame."""

    gallery: Gallery
    donors: NDArray[np.int64]
    left: list[Left | None]

    @classmethod
    def empty(cls, colours: Colours, frames: int) -> Self:
        """Of so many frames, each as it is so far."""
        return cls(Gallery(colours), np.arange(frames), [None] * frames)

    def noted(self, steps: Iterable[Outcome]) -> Iterator[RawFrame]:
        """Yields the frames."""
        for step, done in steps:
            if isinstance(done, Left):
                self.left[step.index] = done
            else:
                self.donors[step.index] = step.donor
                self.gallery.see(step, done)
            yield step.frame
