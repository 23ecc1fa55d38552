"""The offset through time: local estimates over two seconds, twice a second."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.active import NOBODY, Speaker
from liptune.core.sync.null import ChanceModel
from liptune.core.sync.profile import Profile, profile_of
from liptune.core.sync.types import Moment
from liptune.core.sync.verdict import FRAME_MS, verdict

WINDOW_FRAMES = 50
STEPS_A_WINDOW = 4
FEWEST_FRAMES = 25
MOST_MOMENTS = 600
FALSE_ALARMS = 0.05
"""Share of clips in which unrelated sound may pass at some moment."""


def moments(values: NDArray[np.float32], speaker: Speaker, chance: ChanceModel) -> tuple[Moment, ...]:
    """Local estimates over two seconds, twice a second, where at least a second of them has a face.

    Windows grow with clips over five minutes, so that there are never more than 600. ``values``: (frames,
    shifts) the clip's evidence. ``speaker``: (frames,) track numbers. ``chance``: of the whole clip.
    """
    step = max(WINDOW_FRAMES // STEPS_A_WINDOW, len(values) // MOST_MOMENTS)
    false_alarms = FALSE_ALARMS * min(1.0, STEPS_A_WINDOW * step / max(len(values), 1))
    edges = np.minimum(np.arange(0, len(values) + step, step), len(values))
    sums = _running(np.nan_to_num(values), edges)
    counts = _running(np.isfinite(values), edges)
    total = counts[-1].max(initial=1)
    found = []
    for begin in range(0, max(len(values) - FEWEST_FRAMES, 0) + 1, step):
        first, last = begin // step, min(begin // step + STEPS_A_WINDOW, len(edges) - 1)
        pairs = counts[last] - counts[first]
        if pairs.max() >= min(FEWEST_FRAMES, total):
            local = profile_of(sums[last] - sums[first], pairs)
            expected = chance.part(float(pairs.max() / total))
            found.append(_moment(local, expected, false_alarms, (begin, int(edges[last])), speaker))
    return tuple(found)


def _moment(
    local: Profile, chance: ChanceModel, false_alarms: float, span: tuple[int, int], speaker: Speaker
) -> Moment:
    begin, end = span
    faces = speaker[begin:end][speaker[begin:end] != NOBODY]
    confidence = chance.confidence(local)
    needed = chance.threshold(false_alarms)
    return Moment(
        seconds=(begin + end) / 2 / ANALYSIS_FPS,
        offset_frames=local.offset_frames,
        confidence=confidence,
        needed=needed,
        verdict=verdict(local.offset_frames * FRAME_MS, evidence=confidence > needed),
        track=int(np.bincount(faces).argmax()) if len(faces) else None,
    )


def _running(rows: NDArray[np.generic], edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums of the rows before each edge."""
    steps = np.add.reduceat(rows, edges[:-1], axis=0, dtype=np.float64)
    return np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(steps, axis=0)])
