"""An MP4 or QuickTime file: its index, and the boxes around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from liptune.core.errors import MediaUnreadable
from liptune.core.media.mp4.boxes import Box, box_at, parse

MOST_INDEX_BYTES = 1 << 29
_HEAD_BYTES = 16
_PASSED_OVER = frozenset({b"mdat", b"moov", b"free", b"skip", b"wide", b"ftyp", b"mfra", b"sidx"})
_FRAGMENTS = frozenset({b"moof", b"mvex"})


@dataclass(frozen=True)
class Movie:
    """``path``: the file. ``brand``: its ``ftyp``, None in old QuickTime. ``index``: its ``moov``.

    ``others``: what else stands beside these, such as XMP. ``begin``: where the content of the index begins.
    """

    path: Path
    brand: Box | None
    index: Box
    others: tuple[Box, ...]
    begin: int

    @property
    def tracks(self) -> list[Box]:
        """Every ``trak``, in order; ffmpeg's streams have the same numbers."""
        return self.index.all(b"trak")

    @property
    def is_quicktime(self) -> bool:
        """Whether the file is QuickTime's own, whose tracks may be described in ways that MP4 does not
        know."""
        return self.brand is None or self.brand.payload[:4] == b"qt  "


class NotEditable(MediaUnreadable):
    """A file whose index does not say where every sample lies."""


def read_movie(path: Path) -> Movie:
    """Reads a file's index.

    Raises:
        NotEditable: The file is in fragments, or its index compressed, encrypted or about other files.
        MediaUnreadable: It is no such file, or damaged.
    """
    with path.open("rb") as file:
        found = dict[bytes, list[Box]]()
        begin = 0
        for kind, body, end in _top_level(file, path.stat().st_size):
            if kind in _FRAGMENTS:
                raise NotEditable("The file is in fragments")
            begin = body if kind == b"moov" else begin
            if kind in {b"ftyp", b"moov"} or kind not in _PASSED_OVER:
                found.setdefault(kind, []).append(_read(file, kind, body, end))
    indexes = found.pop(b"moov", [])
    if len(indexes) != 1:
        raise NotEditable("The file has not just one index")
    brands = found.pop(b"ftyp", [])
    _require_plain(indexes[0])
    return Movie(
        path,
        brands[0] if brands else None,
        indexes[0],
        tuple(box for boxes in found.values() for box in boxes),
        begin,
    )


def handler(track: Box) -> bytes:
    """What the track is: ``vide``, ``soun``, ``text``, ``tmcd``, ``meta`` and more."""
    return track.require(b"mdia", b"hdlr").payload[8:12]


def _top_level(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        kind, body, end = box_at(file.read(_HEAD_BYTES), at, size)
        yield kind, body, end
        at = end


def _read(file: BinaryIO, kind: bytes, body: int, end: int) -> Box:
    if end - body > MOST_INDEX_BYTES:
        raise NotEditable(f"The box {kind!r} is too large")
    file.seek(body)
    content = file.read(end - body)
    return Box(kind, children=list(parse(content))) if kind == b"moov" else Box(kind, content)


def _require_plain(index: Box) -> None:
    """Refuses what points at places of the file that the tables of samples do not tell."""
    if index.find(b"cmov") or index.find(b"mvex"):
        raise NotEditable("The index is compressed or in fragments")
    for track in index.all(b"trak"):
        table = track.require(b"mdia", b"minf", b"stbl")
        if table.find(b"saio") or table.find(b"senc"):
            raise NotEditable("A track is encrypted")
        if _is_elsewhere(track):
            raise NotEditable("A track's samples are in another file")


def _is_elsewhere(track: Box) -> bool:
    """Whether a data reference is not this file itself (ISO/IEC 14496-12, 8.7.2)."""
    references = track.find(b"mdia", b"minf", b"dinf")
    if references is None:
        return False
    for listed in parse(references.payload):
        if listed.kind == b"dref":
            return any(
                not entry.payload[3:4] or not entry.payload[3] & 1 for entry in parse(listed.payload[8:])
            )
    return False
