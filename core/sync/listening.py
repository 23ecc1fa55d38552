"""Which of several sounds belongs to the lips."""

from collections.abc import Sequence
from dataclasses import dataclass

from liptune.core.errors import LiptuneError
from liptune.core.media.laying import Laying
from liptune.core.media.sounds import Sound
from liptune.core.media.types import AudioStream
from liptune.core.sync.types import SyncScore, Verdict

AUDIBLE_DBFS = -60.0


@dataclass(frozen=True)
class Tried:
    """A sound that was listened to. ``score``: None where ``error`` says why there is none.

    ``needed``: the confidence that it had to pass. ``loudest_dbfs``: of its analysis frames.
    """

    sound: Sound
    stream: AudioStream
    score: SyncScore | None = None
    needed: float = 0.0
    loudest_dbfs: float = -100.0
    error: LiptuneError | None = None


@dataclass(frozen=True)
class Listening:
    """What was listened to. ``streams``: all that the file has. ``chosen``: the one that all else is of.

    ``laying``: how it was laid against the picture, None where it came with it.
    """

    chosen: Tried
    tried: tuple[Tried, ...]
    streams: tuple[AudioStream, ...]
    laying: Laying | None = None

    @property
    def not_tried(self) -> tuple[AudioStream, ...]:
        """The file's other audio streams."""
        tried = {each.sound.stream for each in self.tried}
        return tuple(stream for stream in self.streams if stream.index not in tried)


def fits_better(one: Tried, other: Tried | None) -> bool:
    """Whether ``one`` takes the place of ``other``, which is the likelier where nothing tells them apart."""
    if one.score is None or other is None or other.score is None:
        return one.score is not None
    if Verdict.NO_EVIDENCE in {one.score.verdict, other.score.verdict}:
        return _rank(one) > _rank(other)
    return one.score.confidence > other.score.confidence


def _rank(tried: Tried) -> tuple[bool, bool]:
    evident = tried.score is not None and tried.score.verdict is not Verdict.NO_EVIDENCE
    return evident, tried.loudest_dbfs > AUDIBLE_DBFS


def first_error(tried: Sequence[Tried]) -> LiptuneError:
    """Why the likeliest of sounds that all cannot be scored cannot be."""
    return next(each.error for each in tried if each.error is not None)
