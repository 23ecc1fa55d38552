"""The headers of a movie, its tracks and their media: ids, clocks, durations, when they were created, the
display matrix, the language.

ISO/IEC 14496-12, 8.2.2, 8.3.2 and 8.4.2; each exists with times of 32 bits (version 0) and of 64 (version 1).
"""

import struct
from dataclasses import dataclass
from typing import Literal

from liptune.core.errors import MediaUnreadable
from liptune.core.media.mp4.boxes import Box

MATRIX_BYTES = 36
_SIZE_BYTES = 8
_GROUP_BYTES = MATRIX_BYTES + _SIZE_BYTES + 6
"""From the group to the end of ``tkhd``."""
_ENABLED = 1
_UNKNOWN = {4: 0xFFFF_FFFF, 8: 0xFFFF_FFFF_FFFF_FFFF}


@dataclass(frozen=True)
class _Layout:
    """Where a field lies, by version: (offset, bytes)."""

    clock: tuple[tuple[int, int], tuple[int, int]]
    duration: tuple[tuple[int, int], tuple[int, int]]
    created: tuple[tuple[int, int], tuple[int, int]] = ((4, 4), (4, 8))


_LAYOUTS = {
    b"mvhd": _Layout(clock=((12, 4), (20, 4)), duration=((16, 4), (24, 8))),
    b"mdhd": _Layout(clock=((12, 4), (20, 4)), duration=((16, 4), (24, 8))),
    b"tkhd": _Layout(clock=((12, 4), (20, 4)), duration=((20, 4), (28, 8))),
}
"""A track's header has its id where the others have their clock."""


def clock(header: Box) -> int:
    """Ticks a second of ``mvhd`` or ``mdhd``; the id of ``tkhd``."""
    value = _read(header, "clock")
    if value == 0:
        raise MediaUnreadable(f"The header {header.kind!r} has no clock")
    return value


def duration(header: Box) -> int:
    """In ticks of the movie for ``mvhd`` and ``tkhd``, of the track for ``mdhd``; 0 where it is unknown."""
    value = _read(header, "duration")
    return 0 if value in _UNKNOWN.values() else value


def set_duration(header: Box, ticks: int) -> None:
    """Writes the duration, in a header of 64-bit times where it needs one."""
    if ticks >= _UNKNOWN[4] and header.payload[:1] == b"\x00":
        header.payload = _widened(header.payload, header.kind)
    _write(header, "duration", ticks)


def set_clock(header: Box, ticks: int) -> None:
    """Writes the ticks a second of ``mvhd`` or ``mdhd``."""
    _write(header, "clock", ticks)


def created(header: Box) -> int:
    """Seconds since the beginning of 1904; 0 where it is unknown."""
    return _read(header, "created")


def set_created(header: Box, seconds: int) -> None:
    """Writes when it was created, or that this is unknown where a header of 32-bit times cannot say it."""
    _, size = _place(header, "created")
    _write(header, "created", seconds if seconds < 1 << 8 * size else 0)


def set_track_id(header: Box, number: int) -> None:
    """Writes the id into ``tkhd``."""
    _write(header, "clock", number)


def matrix(header: Box) -> tuple[int, ...]:
    """The nine values of the display matrix in ``tkhd``, row by row, in 16.16 and 2.30."""
    begin = len(header.payload) - _SIZE_BYTES - MATRIX_BYTES
    return struct.unpack_from(">9i", header.payload, begin)


def set_matrix(header: Box, values: tuple[int, ...]) -> None:
    """Writes the display matrix into ``tkhd``."""
    begin = len(header.payload) - _SIZE_BYTES - MATRIX_BYTES
    header.payload = _spliced(header.payload, begin, struct.pack(">9i", *values))


def alternate_group(header: Box) -> int:
    """The group in ``tkhd`` of which one track is played at a time; 0: none."""
    begin = len(header.payload) - _GROUP_BYTES
    return int.from_bytes(header.payload[begin : begin + 2])


def set_alternate_group(header: Box, group: int) -> None:
    """Writes the group into ``tkhd``."""
    header.payload = _spliced(header.payload, len(header.payload) - _GROUP_BYTES, group.to_bytes(2))


def disable(header: Box) -> None:
    """Writes into ``tkhd`` that the track is not to be played unless it is chosen."""
    header.payload = _spliced(header.payload, 3, bytes([header.payload[3] & ~_ENABLED]))


def language(header: Box) -> bytes:
    """The language in ``mdhd``, as it is stored."""
    return header.payload[-4:-2]


def set_language(header: Box, stored: bytes) -> None:
    """Writes the language into ``mdhd``."""
    header.payload = _spliced(header.payload, len(header.payload) - 4, stored)


_Field = Literal["clock", "duration", "created"]


def _place(header: Box, field: _Field) -> tuple[int, int]:
    layout = _LAYOUTS[header.kind]
    places = {"clock": layout.clock, "duration": layout.duration, "created": layout.created}
    version = min(header.payload[0], 1) if header.payload else 0
    begin, size = places[field][version]
    if begin + size > len(header.payload):
        raise MediaUnreadable(f"The header {header.kind!r} is too short")
    return begin, size


def _read(header: Box, field: _Field) -> int:
    begin, size = _place(header, field)
    return int.from_bytes(header.payload[begin : begin + size])


def _write(header: Box, field: _Field, value: int) -> None:
    begin, size = _place(header, field)
    header.payload = _spliced(header.payload, begin, value.to_bytes(size))


def _widened(payload: bytes, kind: bytes) -> bytes:
    """The header of version 0 as one of version 1: creation, modification and duration have 64 bits."""
    created, modified = payload[4:8], payload[8:12]
    between = payload[12:20] if kind == b"tkhd" else payload[12:16]
    rest = payload[12 + len(between) :]
    wide = [bytes(4) + created, bytes(4) + modified, between, bytes(4) + rest[:4], rest[4:]]
    return b"\x01" + payload[1:4] + b"".join(wide)


def _spliced(payload: bytes, begin: int, part: bytes) -> bytes:
    return payload[:begin] + part + payload[begin + len(part) :]
