"""A copy of a video that is to be made: what of it stays, and what takes the place of what."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from liptune.core.errors import MediaUnreadable
from liptune.core.media.clock.frames import FrameTimes
from liptune.core.media.inventory.types import Inventory
from liptune.core.media.mp4.assemble import Origin, require_whole
from liptune.core.media.mp4.movie import Movie, read_movie
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.types import AudioStream, MediaInfo
from liptune.core.media.write.containers import (
    CONSTANT_RATE,
    MATROSKA_FAMILY,
    MOV_FAMILY,
    begins_late,
    is_own,
    keeps_rotation,
    may_copy,
    output_suffix,
)

Sound = Literal["copied", "encoded"]


@dataclass(frozen=True)
class Track:
    """Sound made anew, the only track of the file ``path``, in place of the source's stream ``replaces``.

    ``begin_seconds``: when its first packet begins after the picture's first frame is shown.
    """

    path: Path
    replaces: int
    begin_seconds: float


@dataclass(frozen=True)
class Copy:
    """A copy of ``info`` to be made; ``source``: its headers' inventory. ``times``: of the picture's frames.

    ``picture``: a file with nothing but the picture made anew, its first frame at 0; None: the picture stays.
    ``audio``: its sound, beginning with the picture, takes the place of all sound; where ``keeps_sound``, it
    stands before that and is the one to be played. ``later_seconds``: how much later all sound comes, of two
    the new (negative: earlier). ``tracks``: made anew, of each of its sounds. ``pace``: seconds of the
    picture that are shown in one; other than 1 where `may_repace` allows it. ``tag``: what the file says of
    how it was made, as its software and, where it has none, its comment. ``ends_seconds``: when all ends
    after the picture's first frame; None: each stream where it did.
    """

    info: MediaInfo
    source: Inventory
    times: FrameTimes
    picture: Path | None = None
    audio: MediaInfo | None = None
    later_seconds: float = 0.0
    tracks: tuple[Track, ...] = ()
    pace: float = 1.0
    tag: str | None = None
    keeps_sound: bool = False
    ends_seconds: float | None = None

    @property
    def begin_seconds(self) -> float:
        """When the picture's first frame is shown, on the source's clock."""
        return float(self.times.ticks[0] * self.times.time_base)

    @property
    def outer_matrix(self) -> tuple[int, ...] | None:
        """The display matrix that its container is to say: the source's, or what turns the source's packets
        where those of a picture drawn again cannot."""
        video = require_video(self.info)
        if self.picture and video.turned_in_packets and not keeps_rotation(video):
            return video.display_matrix
        streams = (stream for stream in self.source.streams if stream.index == video.index)
        return next(stream.picture.matrix for stream in streams if stream.picture)

    @property
    def sounds(self) -> tuple[AudioStream, ...]:
        """The sound that the copy will have."""
        if self.audio is None:
            return self.info.audio
        return (require_audio(self.audio), *(self.info.audio if self.keeps_sound else ()))

    @property
    def kept(self) -> "Copy":
        """The same copy as the sound sees it that stays beside a new one."""
        return replace(self, audio=None, later_seconds=0.0)

    def is_fitted(self, suffix: str) -> bool:
        """Whether sound must be cut and filled with silence: the container cannot say when it begins."""
        moved = bool(self.later_seconds) or self.audio is not None or not is_own(self.info, suffix)
        return moved and not begins_late(suffix)

    def sound(self, suffix: str) -> Sound:
        """Whether all of its sound is what it was, bit for bit."""
        same = all(may_copy(suffix, sound.codec) for sound in self.sounds)
        return "copied" if same and not self.is_fitted(suffix) else "encoded"


NEW_TITLE, OLD_TITLE = "Dub", "Original"
"""Of sounds beside each other that have no titles of their own."""


def may_repace(info: MediaInfo, suffix: str) -> bool:
    """Whether a copy with ``suffix`` can show the picture's own packets at other times.

    Its frames must have times, as the source's must, on a clock that does not jump.
    """
    timed = not {suffix, output_suffix(info)} & CONSTANT_RATE
    return timed and info.clock.jumps == 0


def picture_suffix(suffix: str) -> str:
    """In which container a picture made anew waits until it is put into a copy with ``suffix``."""
    if suffix in MOV_FAMILY:
        return suffix
    return ".mkv" if suffix in MATROSKA_FAMILY else ".nut"


def movie_of(info: MediaInfo, suffix: str) -> Movie | None:
    """The source as a file whose index can be changed; None where ffmpeg must write it anew."""
    if info.container.split(",")[0] != "mov" or suffix != output_suffix(info):
        return None
    try:
        movie = read_movie(info.path)
        require_whole([Origin(track, movie.path) for track in movie.tracks])
    except MediaUnreadable:
        return None
    return movie
