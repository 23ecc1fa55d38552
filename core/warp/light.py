"""Matches the donor's light and colour to the target's, smoothed over neighbouring frames."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.types import Floats


def step(target: Floats, donor: Floats, ring: Floats) -> NDArray[np.float64]:
    """(3,) how much lighter and more coloured the target is than the donor: a weighted mean over the ring.

    ``target``, ``donor``: (h, w, 3) L*a*b*. ``ring``: (h, w) weights.
    """
    total = max(float(ring.sum()), 1e-6)
    apart = (target - donor).reshape(-1, 3)
    return np.asarray(ring.reshape(-1).astype(np.float64) @ apart / total, np.float64)


def settled(steps: Sequence[NDArray[np.float64]], at: int) -> NDArray[np.float64]:
    """(3,) step ``at``, smoothed with its neighbours by a triangle, symmetrically: no lag."""
    reach = min(at, len(steps) - 1 - at)
    weights = reach + 1 - np.abs(np.arange(-reach, reach + 1.0))
    return np.asarray(np.average(steps[at - reach : at + reach + 1], axis=0, weights=weights))
