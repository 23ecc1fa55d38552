"""Frames that do not decode, in words."""

from typing import Any

from liptune.core.media.inventory.words import Told
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import MediaInfo, Undecoded

CODE = "undecoded"


def undecoded_of(undecoded: Undecoded | None) -> dict[str, Any] | None:
    """JSON-ready: how many, when the first, and the same in a sentence."""
    if undecoded is None:
        return None
    return {
        "frames": undecoded.frames,
        "of": undecoded.of,
        "first_seconds": round(undecoded.first_seconds, 3),
        "told": f"{_counted(undecoded, 'the picture')}; they are read as what a player shows, the frame "
        "before them, or at the start the first that decodes.",
    }


def passed_through(undecoded: Undecoded | None, video: MediaInfo) -> tuple[Told, ...]:
    """What is said of them beside the losses of a copy of ``video``."""
    if undecoded is None:
        return ()
    index = require_video(video).index
    counted = _counted(undecoded, f"picture stream {index}")
    return (Told(CODE, index, f"{counted}: passed through as what a player shows"),)


def _counted(undecoded: Undecoded, whose: str) -> str:
    many = undecoded.frames > 1
    counted = f"{undecoded.frames} of {undecoded.of} frames of {whose} {'do' if many else 'does'} not decode"
    return f"{counted}, {'the first ' if many else ''}at {undecoded.first_seconds:.2f} s"
