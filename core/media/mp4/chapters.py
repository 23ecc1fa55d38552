"""Chapters in an MP4 file's user data, where Nero put them: beside a track of their names, or alone."""

from liptune.core.media.mp4.boxes import Box, parse

SECOND = 10_000_000
"""Ticks of their times."""
_TIME_BYTES = 8


def delay_chapters(index: Box, seconds: float) -> None:
    """Lets all of them begin later, but for one at the very beginning, which takes in what comes before."""
    known = index.find(b"udta")
    inner = list(parse(known.payload)) if known else []
    lists = [box for box in inner if box.kind == b"chpl"]
    for box in lists:
        box.payload = _delayed(box.payload, round(seconds * SECOND))
    if lists:
        index.put(Box(b"udta", b"".join(box.encoded() for box in inner)))


def _delayed(content: bytes, ticks: int) -> bytes:
    """Version and flags, in version 1 four bytes more, a count; then for each a time and a counted title."""
    made, at = bytearray(content), 9 if content[:1] == b"\x01" else 5
    for _ in range(content[at - 1] if at <= len(content) else 0):
        begin = int.from_bytes(content[at : at + _TIME_BYTES])
        title = at + _TIME_BYTES
        if title >= len(content):
            break
        made[at:title] = (begin + ticks if begin else 0).to_bytes(_TIME_BYTES)
        at = title + 1 + content[title]
    return bytes(made)
