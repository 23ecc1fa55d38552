"""How many Matroska segments a file has: players, and ffmpeg, go no further than the first.

RFC 8794 (EBML) lets a file hold several documents, and RFC 9559 (Matroska) that a document has one segment.
"""

from pathlib import Path
from typing import BinaryIO

DOCUMENT, SEGMENT, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_TOP = {DOCUMENT, SEGMENT}
_FILLING = {0xEC, 0xBF}
"""Void and CRC-32, which may stand anywhere."""

_IN_SEGMENT = {0x114D9B74, 0x1549A966, 0x1654AE6B, CLUSTER, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367}
_IN_CLUSTER = {0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0x5854, 0xAF}
_KNOWN = _TOP | _FILLING | _IN_SEGMENT | _IN_CLUSTER
_MOST_ELEMENTS = 4_000_000


def has_more_segments(path: Path) -> bool:
    """Whether another document or segment follows the first. What cannot be read as one ends the search.

    Reads the heads of elements; of a segment of known size, that which follows it alone.
    """
    size = path.stat().st_size
    segments = 0
    with path.open("rb") as file:
        for _ in range(_MOST_ELEMENTS):
            head = _head(file)
            if head is None:
                return False
            kind, length = head
            if kind not in _KNOWN:
                return False
            segments += kind == SEGMENT
            if segments > 1 or (kind == DOCUMENT and segments):
                return True
            if length is None:
                if kind not in {SEGMENT, CLUSTER}:
                    return False
                continue
            if file.tell() + length >= size:
                return False
            file.seek(length, 1)
    return False


def _head(file: BinaryIO) -> tuple[int, int | None] | None:
    """Identifier and length of the next element; a length of None: until what cannot be in it."""
    first = file.read(1)
    if not first or first[0] < 0x10:
        return None
    kind = first + file.read(8 - first[0].bit_length())
    start = file.read(1)
    if not start or not start[0]:
        return None
    bits = start[0].bit_length()
    rest = file.read(8 - bits)
    value = (start[0] & ((1 << (bits - 1)) - 1)) << 8 * len(rest) | int.from_bytes(rest)
    unknown = value == (1 << (7 * (9 - bits))) - 1
    return int.from_bytes(kind), None if unknown else value
