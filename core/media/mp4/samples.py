"""Where a track's samples lie in the file, and when: the tables of ISO/IEC 14496-12, 8.6 and 8.7."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import MediaUnreadable
from liptune.core.media.mp4.boxes import Box
from liptune.core.media.mp4.headers import clock
from liptune.core.media.mp4.sound import frame_bytes

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Chunks:
    """A track's chunks, in order: runs of samples that lie together. All arrays are (N,).

    ``begins``: bytes from the file's start. ``sizes``: bytes. ``seconds``: when the first sample is decoded.
    """

    begins: Ints
    sizes: Ints
    seconds: NDArray[np.float64]


def chunks_of(track: Box) -> Chunks:
    """Reads the tables of a track. Raises `MediaUnreadable` where they contradict each other."""
    table = track.require(b"mdia", b"minf", b"stbl")
    begins = _begins(table)
    firsts = np.concatenate([[0], np.cumsum(_samples_of_chunks(table, len(begins)))])
    ticks = _times(table, firsts)[:-1]
    return Chunks(begins, _chunk_sizes(table, firsts), ticks / clock(track.require(b"mdia", b"mdhd")))


def place_chunks(track: Box, begins: Ints) -> None:
    """Says where the chunks lie now, in 64 bits if one lies beyond 4 GiB."""
    table = track.require(b"mdia", b"minf", b"stbl")
    large = bool(len(begins)) and int(begins.max()) >= 1 << 32
    width, kind = (">u8", b"co64") if large else (">u4", b"stco")
    content = bytes(4) + len(begins).to_bytes(4) + begins.astype(width).tobytes()
    old = next(index for index, box in enumerate(table.children) if box.kind in {b"stco", b"co64"})
    table.children[old] = Box(kind, content)


def _begins(table: Box) -> Ints:
    small = table.find(b"stco")
    if small is not None:
        return _column(small.payload, ">u4", 8, _count(small))
    large = table.require(b"co64")
    return _column(large.payload, ">u8", 8, _count(large))


def _chunk_sizes(table: Box, firsts: Ints) -> Ints:
    """(N,) bytes of each chunk; ``firsts``: (N + 1,) the number of its first sample, and how many there
    are."""
    compact, box = table.find(b"stz2"), table.find(b"stsz")
    if compact is not None:
        return _added(_compact_sizes(compact), firsts)
    box = table.require(b"stsz")
    same, count = int.from_bytes(box.payload[4:8]), int.from_bytes(box.payload[8:12])
    if same == 0:
        return _added(_column(box.payload, ">u4", 12, count), firsts)
    size = frame_bytes(table.require(b"stsd"))
    return np.diff(firsts) * same if size is None else np.diff(firsts) * size.bytes // size.samples


def _added(sizes: Ints, firsts: Ints) -> Ints:
    if firsts[-1] != len(sizes):
        raise MediaUnreadable("A track's chunks do not hold its samples")
    return np.diff(np.concatenate([[0], np.cumsum(sizes)])[firsts])


def _compact_sizes(box: Box) -> Ints:
    bits, count = box.payload[7], int.from_bytes(box.payload[8:12])
    if bits in {8, 16}:
        return _column(box.payload, f">u{bits // 8}", 12, count)
    pairs = _column(box.payload, ">u1", 12, -(-count // 2))
    return np.stack([pairs >> 4, pairs & 15], axis=1).ravel()[:count]


def _samples_of_chunks(table: Box, chunks: int) -> Ints:
    """(chunks,) how many samples each holds."""
    box = table.require(b"stsc")
    runs = _column(box.payload, ">u4", 8, 3 * _count(box)).reshape(-1, 3)
    lengths = np.diff(np.append(runs[:, 0] - 1, chunks))
    if chunks and (len(runs) == 0 or runs[0, 0] != 1 or (lengths < 0).any()):
        raise MediaUnreadable("A track's list of chunks is out of order")
    return np.repeat(runs[:, 1], lengths) if chunks else np.zeros(0, np.int64)


def _times(table: Box, samples: Ints) -> NDArray[np.float64]:
    """When each of the ``samples``, by number, is decoded, in ticks."""
    box = table.require(b"stts")
    runs = _column(box.payload, ">u4", 8, 2 * _count(box)).reshape(-1, 2)
    numbers = np.concatenate([[0], np.cumsum(runs[:, 0])])
    ticks = np.concatenate([[0], np.cumsum(runs[:, 0] * runs[:, 1])])
    return np.asarray(np.interp(samples, numbers, ticks), np.float64)


def _count(box: Box) -> int:
    return int.from_bytes(box.payload[4:8])


def _column(payload: bytes, kind: str, begin: int, count: int) -> Ints:
    if begin + count * np.dtype(kind).itemsize > len(payload):
        raise MediaUnreadable("A table in the file's index is shorter than it says")
    return np.frombuffer(payload, kind, count, begin).astype(np.int64)
