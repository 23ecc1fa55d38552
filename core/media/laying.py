"""Where sound that comes in a file of its own is laid against the picture."""

from dataclasses import dataclass, replace

from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.types import MediaInfo
from liptune.core.options import AudioClock

_ANYWHERE = {"mpegts", "mpeg"}
"""Containers whose clock begins anywhere."""


@dataclass(frozen=True)
class Laying:
    """``clock``: which counted. ``other_later_seconds``: how much later the sound would come by the other."""

    clock: AudioClock
    other_later_seconds: float


def laid(sound: MediaInfo, picture: MediaInfo, clock: AudioClock) -> MediaInfo:
    """The file ``sound`` as it is laid against the picture by ``clock``.

    ``picture``: its first sample is heard when the picture begins. ``file``: its time stamps count, on one
    clock with the picture's; of a transport or program stream beside another kind of file, whose clock begins
    anywhere, from its beginning on.
    """
    return replace(sound, picture_begins=_on_one_clock(sound, picture) if clock == "file" else None)


def picture_begins(sound: MediaInfo, stream: int | None = None) -> float:
    """When the picture begins, on the clock of a sound's own file."""
    begin = require_audio(sound, stream).start_seconds
    return begin if sound.picture_begins is None else sound.picture_begins


def later_seconds(sound: MediaInfo | None) -> float:
    """How much later than the picture a sound in a file of its own begins; 0 where there is none."""
    return 0.0 if sound is None else require_audio(sound).start_seconds - picture_begins(sound)


def laying(sound: MediaInfo, picture: MediaInfo) -> Laying | None:
    """How a sound was laid; None where it came with the picture."""
    if sound.path == picture.path:
        return None
    by_file = require_audio(sound).start_seconds - _on_one_clock(sound, picture)
    return Laying("picture", by_file) if sound.picture_begins is None else Laying("file", -by_file)


def _on_one_clock(sound: MediaInfo, picture: MediaInfo) -> float:
    begins, both = require_video(picture).start_seconds, _is_anywhere(sound) and _is_anywhere(picture)
    return begins if both else begins - _zero(picture) + _zero(sound)


def _zero(info: MediaInfo) -> float:
    return info.start_seconds if _is_anywhere(info) else 0.0


def _is_anywhere(info: MediaInfo) -> bool:
    return not _ANYWHERE.isdisjoint(info.container.split(","))
