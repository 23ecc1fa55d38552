"""Raw frames with their times from ffmpeg's pipe: the simplest reader of the Matroska that ffmpeg writes.

A raw video pipe has no times, so that nobody would miss a frame that does not decode. Matroska's ticks are
thousandths of a second; here a million of them are one, for times to the microsecond. Element ids are those
of RFC 9559.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.ffmpeg import Child

MUXER = {
    "format": "matroska",
    "allow_raw_vfw": 1,
    "write_crc32": 0,
    "avoid_negative_ts": "disabled",
    "enc_time_base": "-1",
}
"""ffmpeg's options for the output."""

_SEGMENT, _CLUSTER, _TIMESTAMP, _GROUP = 0x18538067, 0x1F43B675, 0xE7, 0xA0
_BLOCKS = {0xA3, 0xA1}
_NESTED = {_SEGMENT, _CLUSTER, _GROUP}
_BLOCK_HEAD = 4
_MOST_BYTES = 1 << 20


def stamped_microseconds(begin_seconds: float) -> str:
    """The expression for setpts after which this module reads microseconds since ``begin_seconds``.

    The time base must be 1/1000000. What comes before is given time 0.
    """
    return f"1000*max(0,PTS-{round(begin_seconds * 1e6)})"


def read_stamped(child: Child, size: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yields the time, in microseconds, and the ``size`` bytes of each frame, each a new array.

    Ends where the output ends, or is not what ffmpeg writes.
    """
    cluster = 0
    while (head := _head(child)) is not None:
        kind, length = head
        if kind == _TIMESTAMP:
            cluster = int.from_bytes(_bytes(child, length))
        elif kind in _BLOCKS:
            if length != _BLOCK_HEAD + size:
                return
            block = _bytes(child, _BLOCK_HEAD)
            frame = np.empty(size, np.uint8)
            if child.read_into(frame.data) < size:
                return
            yield cluster + int.from_bytes(block[1:3], signed=True), frame
        elif kind not in _NESTED:
            if length > _MOST_BYTES:
                return
            _bytes(child, length)


def _head(child: Child) -> tuple[int, int] | None:
    """The id and the length of the next element."""
    first = _bytes(child, 1)
    if not first or not first[0]:
        return None
    kind = first + _bytes(child, 8 - first[0].bit_length())
    start = _bytes(child, 1)
    if not start or not start[0]:
        return None
    bits = start[0].bit_length()
    rest = _bytes(child, 8 - bits)
    return int.from_bytes(kind), int.from_bytes(bytes([start[0] & ~(1 << (bits - 1))]) + rest)


def _bytes(child: Child, count: int) -> bytes:
    content = bytearray(count)
    return bytes(content[: child.read_into(memoryview(content))])
