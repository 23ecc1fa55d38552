"""Raw frames with their times from ffmpeg's pipe: the simplest reader of the Matroska that ffmpeg writes.

A raw pipe has no times, so that nobody would miss a frame that does not decode, or hear that sound pauses.
Matroska's ticks are thousandths of a second; here a million of them are one, for times to the microsecond.
Element ids are those of RFC 9559.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.ffmpeg import Child

_MUXER = {"format": "matroska", "allow_raw_vfw": 1, "write_crc32": 0, "avoid_negative_ts": "disabled"}
_SEGMENT, _CLUSTER, _TIMESTAMP, _GROUP = 0x18538067, 0x1F43B675, 0xE7, 0xA0
_BLOCKS = {0xA3, 0xA1}
_NESTED = {_SEGMENT, _CLUSTER, _GROUP}
_BLOCK_HEAD = 4
_MOST_BYTES = 1 << 20


def stamped_picture(stream: Any, begin_seconds: float, pixel_format: str) -> list[str]:
    """ffmpeg's arguments that write the frames of a picture for `read_stamped`.

    Times count from ``begin_seconds``; what comes before is given time 0.
    """
    timed = stream.filter("settb", "1/1000000").filter("setpts", f"1000*max(0,PTS-{_micro(begin_seconds)})")
    output = timed.output(
        "pipe:1", vcodec="rawvideo", pix_fmt=pixel_format, vsync="passthrough", enc_time_base="-1", **_MUXER
    )
    return list(output.get_args())


def stamped_sound(stream: Any, begin_seconds: float, channels: int) -> list[str]:
    """ffmpeg's arguments that write sound as 32-bit floats for `read_stamped`.

    Times count from ``begin_seconds``, plus a day: sound may begin before the picture.
    """
    begin = _micro(begin_seconds - DAY_SECONDS)
    timed = stream.filter("asettb", "1/1000000").filter("asetpts", f"1000*max(0,PTS-({begin}))")
    output = timed.output("pipe:1", acodec="pcm_f32le", ac=channels, **_MUXER)
    return list(output.get_args())


DAY_SECONDS = 86_400


def read_stamped(child: Child, size: int | None = None) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yields the time, in microseconds, and the bytes of each frame, each a new array.

    ``size``: of a frame, where all have the same. Ends where the output ends, or is not what ffmpeg writes.
    """
    pipe = _Pipe(child)
    cluster = 0
    while (head := _head(pipe)) is not None:
        kind, length = head
        if kind == _TIMESTAMP:
            cluster = int.from_bytes(pipe.take(length))
        elif kind in _BLOCKS:
            content = length - _BLOCK_HEAD
            if content != size if size is not None else not 0 < content <= _MOST_BYTES:
                return
            block = pipe.take(_BLOCK_HEAD)
            frame = np.empty(content, np.uint8)
            if pipe.fill(frame.data) < content:
                return
            yield cluster + int.from_bytes(block[1:3], signed=True), frame
        elif kind not in _NESTED:
            if length > _MOST_BYTES:
                return
            pipe.take(length)


class _Pipe:
    """The output of a child, read in large pieces."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._chunks = child.chunks()
        self._rest = memoryview(b"")

    def take(self, count: int) -> bytes:
        """The next bytes, fewer only at the end."""
        if len(self._rest) >= count:
            taken, self._rest = self._rest[:count], self._rest[count:]
            return bytes(taken)
        content = bytearray(count)
        return bytes(content[: self.fill(memoryview(content))])

    def fill(self, buffer: memoryview) -> int:
        """Fills the buffer; returns the bytes read, fewer only at the end."""
        filled = 0
        while filled < len(buffer) and (self._rest or self._read()):
            part = self._rest[: len(buffer) - filled]
            buffer[filled : filled + len(part)] = part
            filled += len(part)
            self._rest = self._rest[len(part) :]
        return filled

    def _read(self) -> bool:
        self._rest = memoryview(next(self._chunks, b""))
        return bool(self._rest)


def _head(pipe: _Pipe) -> tuple[int, int] | None:
    """The id and the length of the next element."""
    first = pipe.take(1)
    if not first or not first[0]:
        return None
    kind = first + pipe.take(8 - first[0].bit_length())
    start = pipe.take(1)
    if not start or not start[0]:
        return None
    bits = start[0].bit_length()
    rest = pipe.take(8 - bits)
    return int.from_bytes(kind), int.from_bytes(bytes([start[0] & ~(1 << (bits - 1))]) + rest)


def _micro(seconds: float) -> int:
    return round(seconds * 1e6)
