"""How long a dub lasts, and which picture each of its frames shows."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from math import ceil

import numpy as np
from numpy.typing import NDArray

from liptune.core.dub.sound import NOTICED_SECONDS, ends_seconds
from liptune.core.errors import InvalidOption, SoundTooLong
from liptune.core.media.clock.frames import FrameTimes, nearest_frames
from liptune.core.media.inventory.losses import WHOLE_FILE, Loss, Lost
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.backwards import read_backwards
from liptune.core.media.read.raw import RawFormat, RawFrame, read_frames
from liptune.core.media.types import MediaInfo, VideoStream
from liptune.core.media.write.render import picked
from liptune.core.options import DubOptions, Fill

MOST_ADDED_SECONDS = 60.0
"""As far as mouths come from (`core.dub.costs`), so that no more faces wait on disk for added frames than for
others; nor is anything seen more than twice. An hour of sound has no minute of picture to go with it."""

ROUNDING_FRAMES = 0.1
"""A sound that is longer by less of a frame has no frame of its own: containers round its end."""

_FILLED = {
    "hold": "its last frame is held",
    "loop": "it is shown from its beginning once more",
    "bounce": "it is shown backwards from its end",
}


@dataclass(frozen=True)
class Length:
    """How long the picture of a dub lasts: ``seconds`` after its first frame; None: as long as the source's.

    ``fill``: what is shown after the source's end.
    """

    seconds: float | None = None
    fill: Fill = "hold"

    def lost(self, picture: MediaInfo) -> frozenset[Loss]:
        """What is added to the picture, or left out of it."""
        over = 0.0 if self.seconds is None else self.seconds - require_video(picture).duration_seconds
        if over > 0:
            return frozenset({Loss(WHOLE_FILE, Lost.PICTURE_ADDED, f"{over:.1f} s: {_FILLED[self.fill]}")})
        return frozenset({Loss(WHOLE_FILE, Lost.PICTURE_CUT, f"{-over:.1f}")} if over < 0 else ())

    def of(self, picture: MediaInfo) -> MediaInfo:
        """The source as if its picture lasted so long."""
        if self.seconds is None:
            return picture
        return replace(picture, video=replace(require_video(picture), duration_seconds=self.seconds))


AS_THE_PICTURE = Length()


def length_of(sound: MediaInfo, picture: MediaInfo, options: DubOptions) -> Length:
    """What the options make of a ``sound``, as it is laid, that is not as long as the ``picture``.

    Raises:
        SoundTooLong: More picture would have to be added than there is.
        InvalidOption: The picture ends before the option ``start``.
    """
    video = require_video(picture)
    over = ends_seconds(sound) - video.duration_seconds
    added, cut = options.length == "sound" and over > NOTICED_SECONDS, over < -NOTICED_SECONDS
    if options.length == "picture" or not (added or cut):
        return Length()
    if added:
        _require_material(over, video)
    found = Length(_whole_frames(ends_seconds(sound), video), options.fill)
    if options.start is not None and found.seconds is not None and options.start >= found.seconds:
        raise InvalidOption(
            f"The option 'start' is wrong: the picture ends with the sound, after {found.seconds:.2f} s.",
            details={"option": "start"},
        )
    return found


def _require_material(over: float, video: VideoStream) -> None:
    most = min(MOST_ADDED_SECONDS, video.duration_seconds)
    if over > most:
        raise SoundTooLong(
            f"The new sound lasts {over:.1f} s longer than the picture, which can go on for {most:.1f} s at "
            "most: as long as it is, and no longer than a minute.",
            remedy="Give a longer video or a shorter sound, or choose the length 'picture' or 'shortest'.",
            details={"seconds": round(over, 2), "most": round(most, 2)},
        )


def _whole_frames(seconds: float, video: VideoStream) -> float:
    """When the last frame ends that begins before so many seconds, frames coming at the picture's rate."""
    over = seconds - video.duration_seconds
    return video.duration_seconds + ceil(over * float(video.fps) - ROUNDING_FRAMES) / float(video.fps)


@dataclass(frozen=True)
class Showing:
    """Which of the source's N frames each of the copy's M shows. ``own``: the times of these, ``times`` of
    those. ``shown``: (M,).

    ``duration_seconds``: of the copy's picture. ``cut``: it ends before the source does.
    """

    own: FrameTimes
    times: FrameTimes
    shown: NDArray[np.int64]
    duration_seconds: float
    fill: Fill = "hold"

    @property
    def cut(self) -> bool:
        """Whether the copy's picture ends before the source's."""
        return len(self.shown) < len(self.own.ticks)

    @property
    def seconds(self) -> NDArray[np.float64]:
        """(M,) when the pictures were taken, after the source's first."""
        return self.own.seconds[self.shown]

    def frames(
        self, info: MediaInfo, layout: RawFormat, heartbeat: Callable[[], None]
    ) -> Generator[RawFrame, None, None]:
        """Yields the frames, as `read_frames`. Memory: a few frames; of those read backwards, a stretch."""
        last = None
        kept = min(len(self.own.ticks), len(self.shown))
        with closing(read_frames(info, layout, times=self.own, heartbeat=heartbeat)) as frames:
            for index, frame in enumerate(islice(frames, kept)):
                # Whoever is handed a frame may change it.
                last = frame.copy() if index == len(self.own.ticks) - 1 else None
                yield frame
        if last is not None and kept < len(self.shown):
            yield from self._added(info, layout, last, heartbeat)

    def _added(
        self, info: MediaInfo, layout: RawFormat, last: RawFrame, heartbeat: Callable[[], None]
    ) -> Iterator[RawFrame]:
        wanted = self.shown[len(self.own.ticks) :]
        if self.fill == "hold":
            yield from (last.copy() for _ in wanted)
            return
        if self.fill == "loop":
            frames, picks = read_frames(info, layout, times=self.own, heartbeat=heartbeat), wanted
        else:
            frames = read_backwards(info, layout, self.own, wanted[0], wanted[-1], heartbeat=heartbeat)
            picks = wanted[0] - wanted
        with closing(frames):
            yield from (frame.copy() for frame in picked(frames, picks))


def showing_of(own: FrameTimes, video: VideoStream, length: Length) -> Showing:
    """The frames of a copy of a picture with these times that lasts as long as ``length`` says."""
    every = np.arange(len(own.ticks))
    if length.seconds is None:
        return Showing(own, own, every, video.duration_seconds)
    within = own.seconds < length.seconds - ROUNDING_FRAMES / float(video.fps)
    within[0] = True
    added = max(0, round((length.seconds - video.duration_seconds) * float(video.fps)))
    later = video.duration_seconds + np.arange(added) / float(video.fps)
    ticks = np.concatenate([own.ticks[within], own.ticks[0] + _ticks(later, own.time_base)])
    shown = np.concatenate([every[within], _filled(own.seconds, video, added, length.fill)])
    return Showing(own, FrameTimes(ticks, own.time_base), shown, length.seconds, length.fill)


def _ticks(seconds: NDArray[np.float64], base: Fraction) -> NDArray[np.int64]:
    return np.rint(seconds / float(base)).astype(np.int64)


def _filled(seconds: NDArray[np.float64], video: VideoStream, added: int, fill: Fill) -> NDArray[np.int64]:
    """(added,) the frames that are shown after the last. Backwards, the last is not shown twice."""
    steps = np.arange(added) / float(video.fps)
    if fill == "hold":
        return np.full(added, len(seconds) - 1)
    if fill == "loop":
        return np.searchsorted(seconds, steps + ROUNDING_FRAMES / float(video.fps), side="right") - 1
    return nearest_frames(seconds, seconds[-1] - steps - 1 / float(video.fps))
