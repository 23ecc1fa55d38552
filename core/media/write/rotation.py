"""The display rotation in the header of an MP4 or QuickTime file."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from liptune.core.errors import RenderFailed

_MATRICES = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
_NESTED = {b"moov", b"trak"}
_SIZE = 8
_MATRIX = 36


def set_rotation(path: Path, degrees: int) -> None:
    """Makes players turn the picture clockwise by 90, 180 or 270 degrees.

    Written into the track header (ISO/IEC 14496-12, 8.3.2) because the options for it differ between
    releases of ffmpeg.
    """
    a, b, c, d = (value << 16 for value in _MATRICES[degrees])
    with path.open("r+b") as file:
        for end in _track_headers(file, 0, path.stat().st_size):
            file.seek(end - _SIZE)
            if any(file.read(_SIZE)):
                file.seek(end - _SIZE - _MATRIX)
                file.write(struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30))
                return
    raise RenderFailed("The rotation cannot be written: the file has no picture track")


def _track_headers(file: BinaryIO, begin: int, end: int) -> Iterator[int]:
    """Yields where each ``tkhd`` box ends: in the matrix, followed by width and height."""
    while begin < end:
        file.seek(begin)
        size, kind = struct.unpack(">I4s", file.read(8))
        body = begin + 8
        if size == 1:
            size = struct.unpack(">Q", file.read(8))[0]
            body += 8
        if size < body - begin:
            return
        if kind in _NESTED:
            yield from _track_headers(file, body, begin + size)
        elif kind == b"tkhd":
            yield begin + size
        begin += size
