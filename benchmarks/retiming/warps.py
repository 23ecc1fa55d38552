"""Known warps: the moment, in frames of the sound's clock, that each frame of a tampered picture shows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS

Frames = NDArray[np.float64]
Warp = Callable[[Frames, np.random.Generator], Frames]

SINES = 6
LEAST_SLOPE = 0.5
PAUSE_DB = 12.0
JUMP_SECONDS = 1.5


def still(loudness: Frames, _rng: np.random.Generator) -> Frames:
    """The clip as it is."""
    return _clock(loudness)


def constant(loudness: Frames, rng: np.random.Generator) -> Frames:
    """One shift of 2 to 12 frames."""
    return _clock(loudness) + float(rng.uniform(2, 12) * rng.choice([-1, 1]))


def drift(loudness: Frames, rng: np.random.Generator) -> Frames:
    """A clock 1 to 4 % fast or slow, right in the middle of the clip."""
    clock = _clock(loudness)
    rate = float(rng.uniform(0.01, 0.04) * rng.choice([-1, 1]))
    return clock + rate * (clock - float(clock.mean()))


def jumps(loudness: Frames, rng: np.random.Generator) -> Frames:
    """A new shift within ±3 frames at every pause, at least 1.5 s apart."""
    clock = _clock(loudness)
    quiet = loudness < np.percentile(loudness, 95) - PAUSE_DB
    shift, last = rng.uniform(-3, 3), 0
    shifts = np.empty_like(clock)
    for frame in range(len(clock)):
        if quiet[frame] and frame - last >= JUMP_SECONDS * ANALYSIS_FPS:
            shift, last = rng.uniform(-3, 3), frame
        shifts[frame] = shift
    return clock + shifts


def smooth(radius: float, shortest: float, longest: float) -> Warp:
    """A sum of sines with periods between two numbers of seconds, within ± ``radius`` frames."""

    def warp(loudness: Frames, rng: np.random.Generator) -> Frames:
        clock = _clock(loudness)
        periods = np.exp(rng.uniform(np.log(shortest), np.log(longest), SINES))
        phases = rng.uniform(0, 2 * np.pi, SINES)
        sines = np.sin(2 * np.pi * clock[:, None] / ANALYSIS_FPS / periods + phases).sum(axis=1)
        shifts: Frames = sines - sines.mean()
        shifts *= radius / np.abs(shifts).max()
        # No tampering runs slower than half speed or backwards.
        return clock + shifts * min(1.0, (1 - LEAST_SLOPE) / float(np.abs(np.diff(shifts)).max()))

    return warp


def dropped(loudness: Frames, rng: np.random.Generator) -> Frames:
    """Single frames dropped or doubled about twice a second, never more than 3 frames off."""
    clock = _clock(loudness)
    shift = 0
    shifts = np.zeros_like(clock)
    for frame in range(len(clock)):
        if rng.random() < 2 / ANALYSIS_FPS:
            step = int(rng.choice([-1, 1]))
            shift = shift + step if abs(shift + step) <= 3 else shift
        shifts[frame] = shift
    return clock + shifts


def _clock(loudness: Frames) -> Frames:
    return np.arange(len(loudness), dtype=np.float64)


FAMILIES: dict[str, Warp] = {
    "in sync": still,
    "constant": constant,
    "drift": drift,
    "jumps": jumps,
    "smooth ±3, 1.2-6 s": smooth(3, 1.2, 6),
    "smooth ±3, 2.4-12 s": smooth(3, 2.4, 12),
    "smooth ±6, 1.2-6 s": smooth(6, 1.2, 6),
    "smooth ±6, 2.4-12 s": smooth(6, 2.4, 12),
    "dropped": dropped,
}
