"""Finds stretches of time without a score, and of one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.types import DistanceBand, Moment, Verdict
from liptune.core.sync.verdict import FRAME_MS


@dataclass(frozen=True)
class Stretch:
    """Consecutive moments of one verdict. ``offset_ms``: their median, None where there is no evidence."""

    first_seconds: float
    last_seconds: float
    verdict: Verdict
    offset_ms: float | None


def gaps(band: DistanceBand) -> list[tuple[float, float]]:
    """Seconds from … to … in which nothing could be scored."""
    empty = np.concatenate([[False], ~np.isfinite(band.values).any(axis=1), [False]])
    edges = np.flatnonzero(np.diff(empty.astype(np.int8))) + band.first
    return [(begin / ANALYSIS_FPS, end / ANALYSIS_FPS) for begin, end in edges.reshape(-1, 2).tolist()]


def stretches(moments: Sequence[Moment]) -> list[Stretch]:
    """Joins consecutive moments of one verdict into stretches, each with its median offset."""
    found = []
    for verdict, group in groupby(moments, key=lambda moment: moment.verdict):
        part = list(group)
        offset = float(np.median([moment.offset_frames for moment in part])) * FRAME_MS
        known = None if verdict is Verdict.NO_EVIDENCE else offset
        found.append(Stretch(part[0].seconds, part[-1].seconds, verdict, known))
    return found
