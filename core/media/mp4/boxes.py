"""The boxes of an MP4 or QuickTime file: read into a tree, changed there, and written back.

ISO/IEC 14496-12, 4.2. What is not changed is kept to the byte.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from liptune.core.errors import MediaUnreadable

NESTED = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"})
"""Kinds that are nothing but a row of other boxes."""

DEEPEST = 8
"""Levels of boxes in boxes; the tables of samples lie in the fifth."""
_HEAD = 8
_LARGE = 16


@dataclass
class Box:
    """One box: its ``payload``, or the ``children`` of a kind in ``NESTED``."""

    kind: bytes
    payload: bytes = b""
    children: list["Box"] = field(default_factory=list)

    def find(self, *path: bytes) -> "Box | None":
        """The first box at the end of a path of kinds, such as ``mdia``, ``hdlr``."""
        found: Box | None = self
        for kind in path:
            found = next((child for child in found.children if child.kind == kind), None) if found else None
        return found

    def require(self, *path: bytes) -> "Box":
        """As `find`; raises `MediaUnreadable` where there is none."""
        found = self.find(*path)
        if found is None:
            names = "/".join(kind.decode("latin-1") for kind in path)
            raise MediaUnreadable(f"The file's index lacks {names}")
        return found

    def all(self, kind: bytes) -> "list[Box]":
        """The children of one kind."""
        return [child for child in self.children if child.kind == kind]

    def put(self, box: "Box", *, before: bytes | None = None) -> None:
        """Replaces the child of the box's kind, else adds it: before the first of another kind, or last."""
        kinds = [child.kind for child in self.children]
        if box.kind in kinds:
            self.children[kinds.index(box.kind)] = box
        elif before in kinds:
            self.children.insert(kinds.index(before), box)
        else:
            self.children.append(box)

    def encoded(self) -> bytes:
        """The box as it stands in a file."""
        content = b"".join(child.encoded() for child in self.children) if self.children else self.payload
        return head(self.kind, len(content)) + content


def head(kind: bytes, size: int) -> bytes:
    """What precedes ``size`` bytes of a box's content."""
    if _HEAD + size < 1 << 32:
        return struct.pack(">I4s", _HEAD + size, kind)
    return struct.pack(">I4sQ", 1, kind, _LARGE + size)


def parse(content: bytes, depth: int = 0) -> Iterator[Box]:
    """Yields the boxes that fill ``content``.

    Raises `MediaUnreadable` where a size points outside. A rest too short for a box is left out: QuickTime
    ends some lists with four zero bytes.
    """
    at = 0
    while at + _HEAD <= len(content):
        kind, body, end = box_at(content[at : at + _LARGE], at, len(content))
        inner = content[body:end]
        nested = kind in NESTED and depth < DEEPEST
        yield Box(kind, children=list(parse(inner, depth + 1))) if nested else Box(kind, inner)
        at = end


def box_at(start: bytes, at: int, limit: int) -> tuple[bytes, int, int]:
    """Returns the kind of the box that begins at ``at`` with the bytes ``start``, its body's begin and its
    end.

    ``limit``: where what holds the box ends; a box may reach until there, not beyond.
    """
    size, kind = struct.unpack(">I4s", start[:_HEAD])
    body = at + _HEAD
    if size == 1 and len(start) >= _LARGE:
        size, body = struct.unpack(">Q", start[_HEAD:_LARGE])[0], at + _LARGE
    elif size == 0:
        size = limit - at
    if size < body - at or at + size > limit:
        raise MediaUnreadable(f"The box {kind!r} is longer than what holds it")
    return kind, body, at + size
