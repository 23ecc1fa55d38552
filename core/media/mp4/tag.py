"""What an MP4 or QuickTime file says of itself and its tracks: the texts in its user data.

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


def name_track(track: Box, title: str) -> None:
    """Gives a track a title, unless it has one: the name of its handler, which players list it by."""
    header = track.require(b"mdia", b"hdlr")
    name = header.payload[_HANDLER_NAME:].strip(b"\0")
    if not name or any(word in name.lower() for word in _OF_WRITERS):
        end = b"" if header.payload[_COUNTED:_HANDLER] == b"mhlr" else b"\0"
        encoded = title.encode("utf-8")
        counted = bytes([len(encoded)]) + encoded
        header.payload = header.payload[:_HANDLER_NAME] + (encoded + end if end else counted)


_COUNTED, _HANDLER, _HANDLER_NAME = 4, 8, 24
"""Where the name begins in ``hdlr``; QuickTime, which says ``mhlr`` before, counts its bytes."""
_OF_WRITERS = (b"handler", b"media", b"apple")
"""In names that programs write."""


def _text(kind: bytes, text: str) -> Box:
    content = text.encode("utf-8")
    return Box(kind, struct.pack(">HH", len(content), _ENGLISH) + content)
