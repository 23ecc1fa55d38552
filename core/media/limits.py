"""What the settings allow a file to be."""

from core.media.types import MediaLimits
from core.settings import Settings


def media_limits(settings: Settings) -> MediaLimits:
    """The limits that probe and decode enforce."""
    return MediaLimits(
        bytes=settings.max_upload_bytes,
        seconds=settings.max_seconds,
        side=settings.max_side,
        fps=settings.max_fps,
    )
