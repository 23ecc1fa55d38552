"""What an MP4 or QuickTime file says of how it was made: the texts in its user data.

QuickTime File Format, User data list entries; MP4 players read them too.
"""

import struct

from liptune.core.media.mp4.boxes import Box, parse

_SOFTWARE, _COMMENT = b"\xa9swr", b"\xa9cmt"
_KEY = b"comment"
"""Of the same in a list of keys and values, as iTunes and ffmpeg write it."""

_ENGLISH = 0


def add_tag(index: Box, text: str) -> None:
    """Adds ``text`` as the software that wrote the file and, where there is none, as its comment."""
    known = index.find(b"udta")
    inner = list(parse(known.payload)) if known else []
    kept = [box for box in inner if box.kind != _SOFTWARE] + [_text(_SOFTWARE, text)]
    if not any(_COMMENT in box.encoded() or _KEY in box.encoded() for box in [*kept, *index.all(b"meta")]):
        kept.append(_text(_COMMENT, text))
    index.put(Box(b"udta", b"".join(box.encoded() for box in kept)))


def _text(kind: bytes, text: str) -> Box:
    content = text.encode("utf-8")
    return Box(kind, struct.pack(">HH", len(content), _ENGLISH) + content)
