"""Which kind of its container a file is, where ffmpeg has one name for several."""

from pathlib import Path

from liptune.core.media.clock.continuity import WITH_ARRIVAL, packet_bytes
from liptune.core.media.types import Variant

_SEARCHED_BYTES = 1 << 16
_PACK = b"\x00\x00\x01\xba"


def variant_of(path: Path, container: str, brand: str | None) -> Variant | None:
    """The variant of a file whose ``container`` ffmpeg names so; ``brand``: the first of an MP4 or QuickTime
    file. QuickTime files older than MP4 have none."""
    names = container.split(",")
    if "mov" in names:
        return "quicktime" if brand is None or brand.startswith("qt") else None
    if "mpegts" in names:
        return "m2ts" if packet_bytes(path) == WITH_ARRIVAL else None
    return "mpeg2" if "mpeg" in names and _is_of_mpeg2(path) else None


def _is_of_mpeg2(path: Path) -> bool:
    """By the two bits behind the first pack's start code: ISO/IEC 13818-1, 2.5.3.3."""
    with path.open("rb") as file:
        _, _, pack = file.read(_SEARCHED_BYTES).partition(_PACK)
    return bool(pack) and pack[0] >> 6 == 1
