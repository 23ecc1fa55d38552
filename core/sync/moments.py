"""The offset through time."""

import numpy as np
from numpy.typing import NDArray

from core.media.types import ANALYSIS_FPS
from core.sync.active import NOBODY, Speaker
from core.sync.profile import Profile, profile_of
from core.sync.types import Moment

WINDOW_FRAMES = 50
STEP_FRAMES = 12
FEWEST_FRAMES = 25


def moments(values: NDArray[np.float32], speaker: Speaker, scale: float) -> tuple[Moment, ...]:
    """Local estimates over two seconds, twice a second, where at least a second of them has a face.

    ``values``: (frames, shifts) the clip's band. ``speaker``: (frames,) track numbers. ``scale``: the chance
    spread of a profile over all of the clip's pairs; a window's own is larger by the root of their share.
    """
    sums = _running(np.nan_to_num(values))
    counts = _running(np.isfinite(values))
    total = counts[-1].max()
    found = []
    for begin in range(0, max(len(values) - FEWEST_FRAMES, 0) + 1, STEP_FRAMES):
        end = min(begin + WINDOW_FRAMES, len(values))
        pairs = counts[end] - counts[begin]
        if pairs.max() >= min(FEWEST_FRAMES, total):
            local = profile_of(sums[end] - sums[begin], pairs)
            found.append(_moment(local, begin, end, speaker, scale * np.sqrt(total / pairs.max())))
    return tuple(found)


def _moment(local: Profile, begin: int, end: int, speaker: Speaker, scale: float) -> Moment:
    faces = speaker[begin:end][speaker[begin:end] != NOBODY]
    return Moment(
        seconds=(begin + end) / 2 / ANALYSIS_FPS,
        offset_frames=local.offset_frames,
        confidence=local.prominence / scale if scale > 0 else 0.0,
        track=int(np.bincount(faces).argmax()) if len(faces) else None,
    )


def _running(rows: NDArray[np.generic]) -> NDArray[np.float64]:
    """Cumulative sums over time with a row of zeros before."""
    return np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
