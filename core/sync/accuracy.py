"""SyncAcc: the share of single moments whose distance tells their own sound from other sound."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.floating[Any]]

PUBLISHED_DISTANCE = 1.0
"""Between unit vectors of cosine 0.5, the limit StableSyncNet's authors use: d² = 2 - 2·cos."""


def sync_acc(true: Distances, other: Distances, limit: float | None) -> float:
    """Share of right answers over as many true pairs as mismatched ones, 0.5 for a guess.

    ``true``, ``other``: (n,) distances of the same moments to their own sound and to sound from elsewhere in
    the clip. A pair counts as true below ``limit``. Engines whose embeddings have no common length have no
    limit: there, the nearer of the two sounds is taken for the true one. NaN where there is no pair.
    """
    both = np.isfinite(true) & np.isfinite(other)
    if not both.any():
        return float("nan")
    true, other = true[both], other[both]
    if limit is None:
        return float((true < other).mean() + 0.5 * (true == other).mean())
    return float(0.5 * (true < limit).mean() + 0.5 * (other >= limit).mean())
