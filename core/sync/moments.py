"""The offset through time: local estimates over two seconds, twice a second."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.active import NOBODY, Speaker
from liptune.core.sync.evidence import runs
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


def moments(
    values: NDArray[np.float32],
    speaker: Speaker,
    chance: ChanceModel,
    centres: NDArray[np.int64] | None = None,
) -> tuple[Moment, ...]:
    """Local estimates over two seconds, twice a second, where at least a second of them has a face.

    Windows grow with clips over five minutes, so that there are never more than 600; none lies across a
    change of the band's centre. ``values``: (frames, shifts) the clip's evidence. ``speaker``: (frames,)
    track numbers. ``chance``: of the whole clip. ``centres``: (frames,) of the band.
    """
    step = max(WINDOW_FRAMES // STEPS_A_WINDOW, len(values) // MOST_MOMENTS)
    total = float(np.isfinite(values).sum(axis=0).max(initial=1))
    false_alarms = FALSE_ALARMS * min(1.0, STEPS_A_WINDOW * step / max(len(values), 1))
    lags = np.zeros(len(values), np.int64) if centres is None else centres
    found: list[Moment] = []
    for run in runs(lags):
        windows = _Windows(run, step, total, int(lags[run.start]), chance, false_alarms)
        found += windows.moments(values[run], speaker[run])
    return tuple(found)


@dataclass(frozen=True)
class _Windows:
    """The windows over one ``run`` of frames. ``total``: pairs of the clip. ``centre``: of the run's band."""

    run: slice
    step: int
    total: float
    centre: int
    chance: ChanceModel
    false_alarms: float

    def moments(self, values: NDArray[np.float32], speaker: Speaker) -> Iterator[Moment]:
        edges = np.minimum(np.arange(0, len(values) + self.step, self.step), len(values))
        sums = _running(np.nan_to_num(values), edges)
        counts = _running(np.isfinite(values), edges)
        for begin in range(0, max(len(values) - FEWEST_FRAMES, 0) + 1, self.step):
            first, last = begin // self.step, min(begin // self.step + STEPS_A_WINDOW, len(edges) - 1)
            pairs = counts[last] - counts[first]
            if pairs.max() >= min(FEWEST_FRAMES, self.total):
                local = profile_of(sums[last] - sums[first], pairs)
                yield self._moment(local, float(pairs.max()), (begin, int(edges[last])), speaker)

    def _moment(self, local: Profile, pairs: float, span: tuple[int, int], speaker: Speaker) -> Moment:
        begin, end = span
        faces = speaker[begin:end][speaker[begin:end] != NOBODY]
        expected = self.chance.part(pairs / self.total)
        confidence, needed = expected.confidence(local), expected.threshold(self.false_alarms)
        offset = local.offset_frames - self.centre
        return Moment(
            seconds=self.run.start / ANALYSIS_FPS + (begin + end) / 2 / ANALYSIS_FPS,
            offset_frames=offset,
            confidence=confidence,
            needed=needed,
            verdict=verdict(offset * FRAME_MS, evidence=confidence > needed),
            track=int(np.bincount(faces).argmax()) if len(faces) else None,
        )


def _running(rows: NDArray[np.generic], edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums of the rows before each edge."""
    steps = np.add.reduceat(rows, edges[:-1], axis=0, dtype=np.float64)
    return np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(steps, axis=0)])
