"""Known things done to a sound: moved, moved in part, played at another speed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS, SAMPLES_PER_FRAME

FAR_SECONDS = (0.1, 0.3, 0.6, 1.0, 2.0, 4.0)
STEPS = (1, 2, 3)
STEP_SECONDS = (0.08, 0.4)
STRETCH_SECONDS = 4.0
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.04)
LEAST_OVERLAP = 2.0

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """From ``start`` to ``end`` seconds of the picture. ``offset``: seconds at the start, positive for early.

    ``rate``: the sound's speed, less 1.
    """

    start: float
    end: float
    offset: float
    rate: float = 0.0

    def offset_at(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Seconds, at times of the picture."""
        return self.offset + self.rate / (1 + self.rate) * (seconds - self.start)


@dataclass(frozen=True)
class Tampering:
    """``kind``: far, steps, cuts, drift or none. ``pieces``: the truth, over the whole picture."""

    kind: str
    size: float
    pieces: tuple[Piece, ...]

    def offset_at(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """The truth at times of the picture, seconds."""
        starts = np.array([piece.start for piece in self.pieces[1:]])
        which = np.searchsorted(starts, seconds, side="right")
        return np.array([self.pieces[w].offset_at(at) for w, at in zip(which, seconds, strict=True)])

    def of(self, samples: Samples) -> Samples:
        """The sound as the tampered file has it: as long as the picture, or cut off with it."""
        out = np.zeros_like(samples)
        heard = np.arange(len(samples)) / (SAMPLES_PER_FRAME * ANALYSIS_FPS)
        for piece in self.pieces:
            # The sound of picture p is heard at p - offset(p); what is heard at a belongs to the picture:
            picture = piece.start + (heard - (piece.start - piece.offset)) * (1 + piece.rate)
            inside = (picture >= piece.start) & (picture < piece.end)
            at = picture[inside] * SAMPLES_PER_FRAME * ANALYSIS_FPS
            out[inside] = np.interp(at, np.arange(len(samples)), samples, left=0, right=0)
        return out


def tamperings(seconds: float, cuts: NDArray[np.float64], rng: np.random.Generator) -> Iterator[Tampering]:
    """What is done to a recording of that length, each once: what is borne by at least two seconds.

    ``cuts``: (n,) seconds at which shots begin.
    """
    yield Tampering("none", 0.0, (Piece(0.0, seconds, 0.0),))
    for size in FAR_SECONDS:
        for sign in (-1, 1):
            if seconds - size >= LEAST_OVERLAP:
                yield Tampering("far", sign * size, (Piece(0.0, seconds, sign * size),))
    for steps in STEPS:
        if seconds >= (steps + 1) * STRETCH_SECONDS:
            yield Tampering("steps", steps, tuple(_steps(_anywhere(seconds, steps, rng), rng)))
    yield from _drifts(seconds)
    for steps in STEPS:
        if edges := _at_cuts(seconds, cuts, steps, rng):
            yield Tampering("cuts", steps, tuple(_steps(edges, rng)))


def _drifts(seconds: float) -> Iterator[Tampering]:
    for rate in RATES:
        for sign in (-1, 1):
            if seconds >= 2 * STRETCH_SECONDS:
                yield Tampering("drift", sign * rate, (Piece(0.0, seconds, 0.0, sign * rate),))


def _anywhere(seconds: float, steps: int, rng: np.random.Generator) -> list[float]:
    """The edges of stretches of four seconds and more."""
    spare = seconds - (steps + 1) * STRETCH_SECONDS
    inner = np.sort(rng.uniform(0, spare, steps)) + STRETCH_SECONDS * np.arange(1, steps + 1)
    return [0.0, *inner.tolist(), seconds]


def _at_cuts(
    seconds: float, cuts: NDArray[np.float64], steps: int, rng: np.random.Generator
) -> list[float] | None:
    """The same, with a cut between any two; None where there are not enough of them."""
    choices = [[0.0, *chosen, seconds] for chosen in combinations(cuts.tolist(), steps)]
    long = [edges for edges in choices if np.diff(edges).min() >= STRETCH_SECONDS]
    return long[int(rng.integers(len(long)))] if long else None


def _steps(edges: list[float], rng: np.random.Generator) -> Iterator[Piece]:
    """Stretches between the edges, each 80 to 400 ms from the one before."""
    offset = 0.0
    for begin, end in pairwise(edges):
        yield Piece(begin, end, offset)
        offset += float(rng.uniform(*STEP_SECONDS) * rng.choice([-1, 1]))
