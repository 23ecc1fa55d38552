"""How large a moment of sound is where a table does not tell: QuickTime counts moments, not packets.

QuickTime File Format, Sound Sample Descriptions (versions 0, 1 and 2).
"""

import struct
from dataclasses import dataclass

from liptune.core.media.mp4.boxes import Box

_PCM_BITS = {
    b"raw ": 8, b"NONE": 0, b"twos": 0, b"sowt": 0, b"lpcm": 0, b"in24": 24, b"in32": 32, b"fl32": 32,
    b"fl64": 64, b"ulaw": 8, b"alaw": 8,
}  # fmt: skip
"""Bits of a sample; 0 where the description's field is right."""
_ENTRY = 8
"""Of ``stsd``: version, flags and count."""


@dataclass(frozen=True)
class FrameBytes:
    """So many ``bytes`` hold so many ``samples`` of all channels."""

    bytes: int
    samples: int


def frame_bytes(descriptions: Box) -> FrameBytes | None:
    """What the first description in ``stsd`` says; None where it is not that of sound of a constant size."""
    entry = descriptions.payload[_ENTRY:]
    if len(entry) < 36:
        return None
    kind, version = entry[4:8], int.from_bytes(entry[16:18])
    if version == 1 and len(entry) >= 52:
        samples, _, size, _ = struct.unpack_from(">4I", entry, 36)
        if samples and size:
            return FrameBytes(size, samples)
    if version == 2 and len(entry) >= 72:
        size, samples = struct.unpack_from(">2I", entry, 64)
        return FrameBytes(size, samples) if size and samples else None
    if kind not in _PCM_BITS:
        return None
    channels, bits = struct.unpack_from(">2H", entry, 24)
    size = channels * (_PCM_BITS[kind] or bits) // 8
    return FrameBytes(size, 1) if size else None
