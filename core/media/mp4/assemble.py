"""Writing an MP4 or QuickTime file from tracks of others, its index first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaUnreadable
from liptune.core.media.mp4.boxes import Box
from liptune.core.media.mp4.movie import Movie
from liptune.core.media.mp4.samples import Chunks, chunks_of, place_chunks

COPY_BYTES = 1 << 20
_DATA_HEAD = 16


@dataclass(frozen=True)
class Origin:
    """A track of the index that is written, and the file in which its samples lie so far."""

    track: Box
    path: Path


def assemble(
    movie: Movie, origins: Sequence[Origin], output: Path, *, told: Callable[[float], None] = lambda _: None
) -> None:
    """Writes ``movie``, whose index has the tracks of ``origins``, with their samples, to ``output``.

    Samples are laid out by the time at which they are needed. ``told``: the share that is written, often.

    Raises:
        MediaUnreadable: A track's tables are damaged, or point outside of its file.
        OSError: The file could not be written.
    """
    layout = _Layout([chunks_of(origin.track) for origin in origins], origins)
    front = b"" if movie.brand is None else movie.brand.encoded()
    others = b"".join(box.encoded() for box in movie.others)
    index = _index(movie.index, layout, len(front) + len(others) + _DATA_HEAD)
    with output.open("wb") as file:
        file.writelines([front, index, others, _data_head(layout.bytes)])
        done = 0
        for path, begin, size in layout.runs():
            for written in _copied(path, begin, size, file):
                done += written
                told(done / layout.bytes)


def require_whole(origins: Sequence[Origin]) -> None:
    """Raises `MediaUnreadable` where the tracks' tables are damaged or point outside of their files."""
    _Layout([chunks_of(origin.track) for origin in origins], origins)


class _Layout:
    """Every chunk of every track, in the order in which they are written."""

    def __init__(self, tracks: Sequence[Chunks], origins: Sequence[Origin]) -> None:
        self._origins = origins
        self._track = np.repeat(np.arange(len(tracks)), [len(chunks.begins) for chunks in tracks])
        self._begins = np.concatenate([chunks.begins for chunks in tracks])
        self._sizes = np.concatenate([chunks.sizes for chunks in tracks])
        seconds = np.concatenate([chunks.seconds for chunks in tracks])
        self._order = np.argsort(seconds, kind="stable")
        self.bytes = int(self._sizes.sum())
        for number, origin in enumerate(origins):
            self._require_inside(self._track == number, origin.path)

    def place(self, base: int) -> None:
        """Tells each track where its chunks lie, the first of all at ``base``."""
        begins = np.empty_like(self._begins)
        sizes = self._sizes[self._order]
        begins[self._order] = base + np.cumsum(sizes) - sizes
        for number, origin in enumerate(self._origins):
            place_chunks(origin.track, begins[self._track == number])

    def runs(self) -> Iterator[tuple[Path, int, int]]:
        """Yields what to copy: a file, where from, and how many bytes; neighbours together."""
        track, begins, sizes = (column[self._order] for column in (self._track, self._begins, self._sizes))
        apart = (track[1:] != track[:-1]) | (begins[1:] != begins[:-1] + sizes[:-1])
        edges = (
            np.concatenate([[0], np.flatnonzero(apart) + 1, [len(begins)]])
            if len(begins)
            else np.zeros(1, int)
        )
        for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            yield self._origins[track[first]].path, int(begins[first]), int(sizes[first:end].sum())

    def _require_inside(self, mine: NDArray[np.bool_], path: Path) -> None:
        ends = self._begins[mine] + self._sizes[mine]
        length = path.stat().st_size
        if (ends > length).any() or int(self._sizes[mine].sum()) > length:
            raise MediaUnreadable("The file's index points beyond its end")


def _index(index: Box, layout: _Layout, around: int) -> bytes:
    """The index as it is written: where the samples lie depends on its own size."""
    size = 0
    while True:
        layout.place(around + size)
        content = index.encoded()
        if len(content) <= size:
            return content + _padding(size - len(content))
        size = len(content)


def _padding(size: int) -> bytes:
    return b"" if size == 0 else Box(b"free", bytes(size - 8)).encoded()


def _data_head(size: int) -> bytes:
    return (1).to_bytes(4) + b"mdat" + (_DATA_HEAD + size).to_bytes(8)


def _copied(path: Path, begin: int, size: int, target: BinaryIO) -> Iterator[int]:
    with path.open("rb") as source:
        source.seek(begin)
        while size > 0 and (part := source.read(min(size, COPY_BYTES))):
            target.write(part)
            size -= len(part)
            yield len(part)
