"""Finds the spans of time in which nothing could be scored."""

import numpy as np

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.types import DistanceBand


def gaps(band: DistanceBand) -> list[tuple[float, float]]:
    """Seconds from … to … in which nothing could be scored."""
    empty = np.concatenate([[False], ~np.isfinite(band.values).any(axis=1), [False]])
    edges = np.flatnonzero(np.diff(empty.astype(np.int8))) + band.first
    return [(begin / ANALYSIS_FPS, end / ANALYSIS_FPS) for begin, end in edges.reshape(-1, 2).tolist()]
