"""Judging short windows of a distance band against the clip's own offset."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.profile import with_neighbours
from liptune.core.sync.types import BAND_RADIUS

WINDOWS = (5, 15, 25, 50, 75)
FRAME_MS = 40.0


@dataclass(frozen=True)
class WindowScores:
    """``errors``: (n,) frames from the clip's shift to the window's. ``candidates``: (n,) shifts tried."""

    errors: NDArray[np.int64]
    candidates: NDArray[np.int64]


def judge(values: NDArray[np.float32], reference: int, frames: int) -> WindowScores:
    """Scores windows of ``frames`` rows at a stride of half a window.

    ``values``: (T, 2·radius + 1) distances, NaN where there is no pair. ``reference``: column of the clip's
    own offset. A shift is a candidate when every frame of the window has its pair; a window counts when the
    reference is a candidate. The best is picked as a clip's profile picks it.
    """
    errors, candidates = [], []
    for start in range(0, len(values) - frames + 1, max(frames // 2, 1)):
        means = values[start : start + frames].mean(axis=0)
        if not np.isfinite(means[reference]):
            continue
        errors.append(int(np.nanargmin(with_neighbours(means))) - reference)
        candidates.append(int(np.isfinite(means).sum()))
    return WindowScores(np.array(errors, np.int64), np.array(candidates, np.int64))


def summary(scores: list[WindowScores]) -> dict[str, float | int]:
    """Shares within one frame: of all windows, of those with the whole band, and the mean error."""
    errors = np.concatenate([s.errors for s in scores])
    candidates = np.concatenate([s.candidates for s in scores])
    if not len(errors):
        return {"windows": 0}
    right = np.abs(errors) <= 1
    whole = candidates == 2 * BAND_RADIUS + 1
    return {
        "windows": len(errors),
        "within_one": float(right.mean()),
        "mean_candidates": float(candidates.mean()),
        "windows_whole_band": int(whole.sum()),
        "within_one_whole_band": float(right[whole].mean()) if whole.any() else float("nan"),
        "mean_of_clips": float(np.mean([np.mean(np.abs(s.errors) <= 1) for s in scores if len(s.errors)])),
        "mean_absolute_error_ms": float(np.abs(errors).mean() * FRAME_MS),
    }
