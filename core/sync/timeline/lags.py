"""How well the sound at every lag fits the picture, block by block: what far offsets are searched in.

Lag l pairs the picture at frame t with the sound at t + l, so a positive offset is a negative lag. The whole
of it would be pictures × lags; kept are its sums over blocks of a few frames. Two passes are made over tiles,
so that memory does not grow with the number of pictures beyond the sums.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from liptune.core.sync.band import Floats
from liptune.core.sync.evidence import FLOOR
from liptune.core.sync.profile import NEIGHBOURS

BLOCK_FRAMES = 5
LONGEST_BLOCK_FRAMES = 15
USUAL_BLOCKS = 3000
"""Longer clips have longer blocks: a change is found to the block."""
TILE_FRAMES = 200
MOST_SUMS = 8_000_000
"""Sums kept; where they would be more, blocks are longer still. Bounds the memory."""
BACKGROUND_FRAMES = 25
"""A lag stands out beside those up to a second around it, as a shift does beside those of the band."""

NO_CUTS: NDArray[np.int64] = np.zeros(0, np.int64)

Rows = Callable[[int, int], Floats]
"""Embeddings of the picture's frames first … last - 1, (n, D), NaN where there are none."""


@dataclass(frozen=True)
class Pair:
    """A picture and a sound. ``frames``: of the picture, which begins at frame ``first`` of the clip, as
    ``rows`` counts them too. ``audio``: (Ta, D) from frame 0. ``usual``: the distance of a usual pair.
    ``cuts``: (n,) frames of the clip that begin a shot.
    """

    rows: Rows
    first: int
    frames: int
    audio: Floats
    usual: float
    cuts: NDArray[np.int64] = field(default_factory=lambda: NO_CUTS)


@dataclass(frozen=True)
class Lags:
    """``relief``: (blocks, 2 · reach + 1) float32, how far each lag stands out in each block, summed over its
    frames, noise of equal size a pair. ``pairs``: (same) float32, how many frames have a pair. Column j is
    lag j - reach, beside one that is ``origin`` at the first frame and grows by ``slope`` a frame. ``cuts``:
    (n,) frames, counted from the picture's first, that begin a shot.
    """

    relief: NDArray[np.float32]
    pairs: NDArray[np.float32]
    block_frames: int
    origin: float = 0.0
    slope: float = 0.0
    cuts: NDArray[np.int64] = field(default_factory=lambda: NO_CUTS)

    @property
    def reach(self) -> int:
        """The largest lag."""
        return int(self.relief.shape[1]) // 2

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.relief)

    @property
    def cut_blocks(self) -> NDArray[np.int64]:
        """The blocks that begin nearest to a cut, but for the first, increasing."""
        near = np.unique(self._nearest)
        return near[(near > 0) & (near < self.blocks)]

    @property
    def _nearest(self) -> NDArray[np.int64]:
        return np.rint(self.cuts / self.block_frames).astype(np.int64)

    def begin(self, block: int) -> int:
        """The frame, counted from the picture's first, with which a block begins: a cut where one is near."""
        cuts = self.cuts[self._nearest == block]
        return int(cuts[0]) if len(cuts) and 0 < block < self.blocks else block * self.block_frames


def lags_of(pair: Pair, reach: int, *, origin: float = 0.0, slope: float = 0.0) -> Lags:
    """Compares every moment of the picture with the sound up to ``reach`` frames around.

    Lags are counted from ``origin``, which grows by ``slope`` a frame. Time O(frames · reach · D).
    """
    wanted = int(np.clip(-(-pair.frames // USUAL_BLOCKS), BLOCK_FRAMES, LONGEST_BLOCK_FRAMES))
    block = max(wanted, -(-pair.frames * (2 * reach + 1) // MOST_SUMS))
    blocks = -(-pair.frames // block)
    reference = np.rint(origin + slope * block * np.arange(blocks)).astype(np.int64)
    tiles = _Tiles(pair, reach, block, reference)
    sound = tiles.sound_means()
    relief = np.zeros((len(reference), 2 * reach + 1), np.float32)
    pairs = np.zeros_like(relief)
    for first, distances, here in tiles:
        centred = _without_sound(distances, here, sound, tiles.column(first))
        starts = np.arange(0, len(centred), block)
        span = slice(first // block, first // block + len(starts))
        relief[span] = -np.add.reduceat(centred, starts, axis=0)
        pairs[span] = np.add.reduceat(here, starts, axis=0, dtype=np.float32)
    return Lags(_standing_out(relief, pairs), pairs, block, origin, slope, pair.cuts - pair.first)


def _without_sound(
    distances: NDArray[np.float32], here: NDArray[np.bool_], sound: NDArray[np.float32], column: int
) -> NDArray[np.float32]:
    """Distances less the mean of each moment of the sound, then of the picture; 0 where there is no pair."""
    rest = distances - _diagonals(sound[column:][None], *distances.shape)
    rest[~here] = 0
    rest -= (rest.sum(axis=1) / np.maximum(here.sum(axis=1), 1))[:, None]
    rest[~here] = 0
    return np.asarray(rest)


def _standing_out(relief: NDArray[np.float32], pairs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Less the mean of the lags around, and with the neighbours' share, as a profile's support."""
    around, there = _mean_around(relief), _mean_around(pairs)
    rest = relief - pairs * np.divide(around, there, out=np.zeros_like(around), where=there > 1e-3)
    padded = np.pad(rest, ((0, 0), (len(NEIGHBOURS) // 2,) * 2), mode="edge")
    total = np.zeros_like(rest)
    for shift, weight in enumerate(NEIGHBOURS / NEIGHBOURS.sum()):
        total += np.float32(weight) * padded[:, shift : shift + rest.shape[1]]
    return total


def _mean_around(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each value and a second on both sides of it; 0 beyond the ends. SciPy's takes long to import."""
    padded = np.pad(rows, ((0, 0), (BACKGROUND_FRAMES + 1, BACKGROUND_FRAMES)))
    sums, width = padded.cumsum(axis=1, dtype=np.float64), 2 * BACKGROUND_FRAMES + 1
    return np.asarray((sums[:, width:] - sums[:, :-width]) / width, np.float32)


@dataclass(frozen=True)
class _Tiles:
    """Logarithms of distances, a run of frames with one reference at a time."""

    pair: Pair
    reach: int
    block: int
    reference: NDArray[np.int64]

    def __iter__(self) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.bool_]]]:
        """First frame, (n, lags) logarithms of distances, and where there is a pair."""
        most = max(TILE_FRAMES // self.block, 1)
        changes = np.flatnonzero(np.diff(self.reference)) + 1
        for run in np.split(np.arange(len(self.reference)), changes):
            for begin in range(int(run[0]), int(run[-1]) + 1, most):
                first = begin * self.block
                last = min(min(begin + most, int(run[-1]) + 1) * self.block, self.pair.frames)
                yield first, *self._tile(first, last)

    def column(self, first: int) -> int:
        """Where the sound that a tile's first picture is paired with first lies among all sounds."""
        return first + int(self.reference[first // self.block] - self.reference.min())

    def sound_means(self) -> NDArray[np.float32]:
        """How far each moment of the sound is from pictures, each freed of its own mean."""
        count = self.pair.frames + 2 * self.reach + int(np.ptp(self.reference)) + 1
        sums, counts = np.zeros(count), np.zeros(count)
        for first, distances, here in self:
            rest = np.where(here, distances, 0)
            rest -= (rest.sum(axis=1) / np.maximum(here.sum(axis=1), 1))[:, None]
            rest[~here] = 0
            span = slice(self.column(first), self.column(first) + len(rest) + 2 * self.reach)
            sums[span] += _by_sound(rest)
            counts[span] += _by_sound(here)
        return (sums / np.maximum(counts, 1)).astype(np.float32)

    def _tile(self, first: int, last: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        in_clip = self.pair.first + first
        picture = np.asarray(self.pair.rows(in_clip, self.pair.first + last), np.float32)
        begin = in_clip + int(self.reference[first // self.block]) - self.reach
        sound = _cut(self.pair.audio, begin, begin + len(picture) + 2 * self.reach)
        seen, heard = _known(picture), _known(sound)
        picture, sound = np.where(seen[:, None], picture, 0), np.where(heard[:, None], sound, 0)
        squared = picture @ (-2 * sound.T)
        squared += (picture**2).sum(axis=1)[:, None]
        squared += (sound**2).sum(axis=1)
        shape = (len(picture), 2 * self.reach + 1)
        distances = np.sqrt(np.maximum(_diagonals(squared, *shape), 0))
        distances *= np.float32(1 / self.pair.usual)
        distances += np.float32(FLOOR)
        return np.log(distances, out=distances), _diagonals(heard[None], *shape) & seen[:, None]


def _known(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(rows).all(axis=1))


def _cut(audio: Floats, begin: int, end: int) -> NDArray[np.float32]:
    rows = np.full((end - begin, audio.shape[1]), np.nan, np.float32)
    low, high = min(max(begin, 0), len(audio)), max(min(end, len(audio)), 0)
    if low < high:
        rows[low - begin : high - begin] = audio[low:high]
    return rows


def _diagonals(matrix: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """A view whose row i begins at column i; of a matrix with one row, the same row each time."""
    step, item = matrix.strides
    down = item if len(matrix) == 1 else step + item
    return as_strided(matrix, (rows, columns), (down, item))


def _by_sound(tile: NDArray[np.generic]) -> NDArray[np.float64]:
    """Sums over the pairs of each moment of the sound, (rows + lags - 1,)."""
    rows, columns = tile.shape
    square = np.zeros((rows, rows + columns - 1), tile.dtype)
    _diagonals(square, rows, columns)[:] = tile
    return np.asarray(square.sum(axis=0), np.float64)
