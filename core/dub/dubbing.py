"""Carries out a dub: looks at every mouth, chooses one for each frame, and writes the video with them."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.articulation.mouth import opening
from liptune.core.articulation.types import Speaker, Speech
from liptune.core.dub.casting import Cast, cast
from liptune.core.dub.gallery import Gallery, with_gallery
from liptune.core.dub.lending import Lending
from liptune.core.dub.length import AS_THE_PICTURE, Length, Showing, showing_of
from liptune.core.dub.mouths import Mouths, looks_of, mouths_of
from liptune.core.dub.pairing import Pairing
from liptune.core.dub.scratch import Scratch
from liptune.core.dub.shapes import laid
from liptune.core.dub.wanted import Wanted, wanted
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.ahead import ahead
from liptune.core.media.read.raw import RawFrame, read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.picture import describe_picture
from liptune.core.media.write.render import render
from liptune.core.progress import Progress, Remembered
from liptune.core.warp.colour import colours_of
from liptune.core.warp.coordinates import coded
from liptune.core.warp.faces import FrameFaces, as_coded, shown_faces
from liptune.core.warp.pyramid import Pyramid
from liptune.core.warp.transplant import AHEAD_FRAMES, Outcome, Record, Transplanted, blended

MOST_DIFFERENCE = 10.0
"""ΔE*ab of skin that other light and another time explain: more than in `core.warp.occlusion`, for mouths
come from further away. In three training clips, dubbed with the points of their other half: 0.3 % above."""

TAG = "Liptune dub"
"""What every dubbed file says of itself in its metadata."""


@dataclass(frozen=True)
class Stage:
    """What is dubbed: the ``picture``, the ``sound`` that is to be heard, and ``whose``, (T,) the track
    whose mouth is changed on each analysis frame, -1 for none. ``keeps_sound``: the old one stays beside."""

    picture: MediaInfo
    sound: MediaInfo
    analysis: Analysis
    whose: NDArray[np.int64]
    keeps_sound: bool = False
    length: Length = AS_THE_PICTURE
    gallery: Gallery | None = None


@dataclass(frozen=True)
class Plan:
    """What each of the copy's M frames is to show. ``faces``: of the source's, landmarks in pixels as coded.
    ``points``: (M, 68, 2) in pixels as displayed, with the mouth that the sound asks for; NaN where no face
    is seen."""

    showing: Showing
    faces: FrameFaces
    points: NDArray[np.float32]
    cast: Cast

    @property
    def taken(self) -> NDArray[np.int64]:
        """(M,) of the gallery's frames the one that each frame has its mouth from, -1 where from none."""
        return np.maximum(self.cast.donors - len(self.showing.own.ticks), -1)


def plan(
    stage: Stage, speech: Speech, speaker: Speaker, span: tuple[float, float], *, progress: Progress
) -> Plan:
    """Looks at every mouth of the picture and chooses one for each frame. Progress: ``plan``."""
    told = Remembered(progress)
    told("plan", 0.0)
    video = require_video(stage.picture)
    times = frame_times(stage.picture, heartbeat=told.again)
    shown = shown_faces(stage.analysis, stage.whose, times.seconds)
    faces = as_coded(shown, video)
    layout = raw_format(video)
    showing = showing_of(times, video, stage.length)
    with closing(read_frames(stage.picture, layout, times=times, heartbeat=told.again)) as frames:
        mouths = mouths_of(shown, looks_of(layout, frames, faces))
        if stage.gallery:
            lent = _lent(stage.gallery, told.again)
            mouths = with_gallery(mouths, lent, speaker, stage.gallery)
    told("plan", 0.5)
    asked = wanted(speech, speaker, showing.times.seconds, span, showing.shown)
    closed = float(opening(speaker.closed))
    chosen = cast(mouths, shown.track >= 0, asked, times.seconds, closed)
    told("plan", 1.0)
    return Plan(showing, faces, _points(shown, mouths, asked), chosen)


def _lent(gallery: Gallery, heartbeat: Callable[[], None]) -> Mouths:
    with closing(_frames_of(gallery, heartbeat)) as frames:
        video = require_video(gallery.picture)
        return mouths_of(gallery.faces, looks_of(raw_format(video), frames, as_coded(gallery.faces, video)))


def _frames_of(gallery: Gallery, heartbeat: Callable[[], None]) -> Generator[RawFrame, None, None]:
    layout = raw_format(require_video(gallery.picture))
    return read_frames(gallery.picture, layout, times=gallery.times, heartbeat=heartbeat)


def _lending(stage: Stage, planned: Plan, folder: Path, heartbeat: Callable[[], None]) -> Lending | None:
    """The gallery's faces that are wanted, kept in the folder."""
    gallery = stage.gallery
    if gallery is None:
        return None
    video, theirs = require_video(stage.picture), require_video(gallery.picture)
    folder.mkdir()
    lending = Lending(
        Scratch(folder, raw_format(theirs), float(theirs.sample_aspect)),
        gallery.faces.landmarks,
        as_coded(gallery.faces, theirs).landmarks,
        colours_of(describe_picture(gallery.picture), raw_format(theirs)),
        colours_of(describe_picture(stage.picture), raw_format(video)),
        video,
    )
    with closing(_frames_of(gallery, heartbeat)) as frames:
        lending.take(frames, frozenset(planned.taken[planned.taken >= 0].tolist()))
    return lending


def _points(seen: FrameFaces, mouths: Mouths, asked: Wanted) -> NDArray[np.float32]:
    """(M, 68, 2) the faces with the mouths that are asked for, turned as their heads are."""
    pose, landmarks = seen.pose[asked.shown], seen.landmarks[asked.shown]
    return laid(asked.shapes + mouths.turning.at(pose), landmarks)


def carry_out(stage: Stage, planned: Plan, output: Path, *, progress: Progress) -> Transplanted:
    """Writes the picture with the planned mouths, and the new sound as the one that is played.

    Before encoding, frames that are left alone are the source's to the bit, and so is every pixel outside of
    the mask. Progress: ``render``. Raises as `render`.
    """
    told = Remembered(progress)
    layout = raw_format(require_video(stage.picture))
    colours = colours_of(describe_picture(stage.picture), layout)
    record = Record.empty(colours, len(planned.cast.left))
    with TemporaryDirectory(prefix=".liptune-", dir=output.absolute().parent) as folder:
        made = outcomes(stage, planned, Pyramid(colours, MOST_DIFFERENCE), Path(folder), told.again)
        with closing(ahead(made, AHEAD_FRAMES)) as steps:
            rendered = render(
                stage.length.of(stage.picture),
                record.noted(steps),
                output,
                times=planned.showing.times,
                ends=planned.showing.cut,
                audio=stage.sound,
                keeps_sound=stage.keeps_sound,
                tag=TAG,
                progress=told,
            )
    return Transplanted(
        output,
        rendered.encoder,
        planned.showing.times,
        np.where([left is None for left in record.left], record.donors, planned.showing.shown),
        tuple(record.left),
        record.gallery.best(),
        rendered.losses,
    )


def outcomes(
    stage: Stage, planned: Plan, blend: Pyramid, folder: Path, heartbeat: Callable[[], None]
) -> Generator[Outcome, None, None]:
    """Yields every frame of the copy, changed or not, with what was done to it.

    ``folder``: where faces wait. The picture is read twice at a time.
    """
    stream = require_video(stage.picture)
    layout = raw_format(stream)
    scratch = Scratch(folder, layout, float(stream.sample_aspect))
    showing = planned.showing
    lending = _lending(stage, planned, folder / "gallery", heartbeat)
    points = coded(planned.points, stream)
    pairing = Pairing(scratch, planned.faces, planned.cast, showing.shown, points, lending)
    with ExitStack() as open_:
        frames = open_.enter_context(closing(showing.frames(stage.picture, layout, heartbeat)))
        read = read_frames(stage.picture, layout, times=showing.own, heartbeat=heartbeat)
        others = open_.enter_context(closing(read))
        yield from blended(layout, pairing.steps(frames, others), blend)
