"""Fits a steady drift to a clip of which somebody says that it drifts, and tells what chance would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain, gain_over_chance
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.evidence import between_frames, evidence
from liptune.core.plan.lines import DISPLACEMENTS, OFFSET_RADIUS, PER_FRAME, STEPS
from liptune.core.plan.types import Line, RetimeMode
from liptune.core.sync.band import Floats
from liptune.core.sync.timeline.courses import STEEPEST_RATE

NAMED_FALSE_ALARMS = 0.05
"""The share of unrelated sounds that may gain as much. A measurement, which nobody tells what to look for,
asks for far more; here the drift is named."""

BLOCK_FRAMES = 4
"""Through which a line is taken to be level: at its steepest it grows by a quarter of a frame."""


@dataclass(frozen=True)
class DriftFit:
    """The best drift, and by how many ``nats`` it is ahead of the best constant offset in its ``clip``."""

    line: Line
    nats: float
    clip: Clip
    scale: float

    mode = RetimeMode.DRIFT

    @property
    def clock(self) -> Clock:
        """That of the whole clip."""
        return Clock((ClockPiece(0.0, self.clip.frames / ANALYSIS_FPS, self.line),))

    @cached_property
    def gain(self) -> Gain:
        """The same beside what chance gives, which takes long to ask."""
        clip, scale = self.clip, self.scale
        return gain_over_chance(
            self.nats,
            lambda picture, sounds: np.array([_best(picture, sound, scale)[2] for sound in sounds]),
            clip.video,
            clip.audio,
        )

    def ahead(self, gates: Gates) -> float:
        """Nats that it gains over a constant, less what it costs."""
        return self.nats - gates.drift_cost

    def pays(self, gates: Gates) -> bool:
        """Whether it explains the evidence better than a constant does, and by more than chance."""
        return self.ahead(gates) >= 0 and self.gain.chance < NAMED_FALSE_ALARMS


def fit_drift(clip: Clip, scale: float) -> DriftFit:
    """The line within ±15 frames of the picture, and up to 6 % faster or slower, that explains most.

    ``scale`` turns evidence into nats. What leaves that band is for the measurement to find.
    """
    middle, ends, nats = _best(clip.video, clip.audio, scale)
    return DriftFit(Line(middle - ends, ends / _half(clip.frames)), nats, clip, scale)


def _best(video: Floats, audio: Floats, scale: float) -> tuple[float, float, float]:
    """The best line's displacement halfway, how much it grows by the end, and its nats over a constant."""
    rows = scale * evidence(video, audio, OFFSET_RADIUS)
    starts = np.arange(0, len(rows), BLOCK_FRAMES)
    blocks = between_frames(np.add.reduceat(rows, starts), DISPLACEMENTS)
    middles = (starts + np.append(starts[1:], len(rows)) - 1) / 2
    grows = middles / _half(len(rows)) - 1
    tried = [(ends, *_halfway(blocks, ends, grows)) for ends in _ends(len(rows))]
    ends, middle, nats = max(tried, key=lambda each: each[2])
    return middle / PER_FRAME, ends / PER_FRAME, nats - next(each[2] for each in tried if not each[0])


def _ends(frames: int) -> Sequence[int]:
    """By how much a line may grow from halfway to its end, in quarters of a frame."""
    most = min(STEPS, int(STEEPEST_RATE * _half(frames) * PER_FRAME))
    return range(-most, most + 1)


def _halfway(blocks: NDArray[np.float64], ends: int, grows: NDArray[np.float64]) -> tuple[int, float]:
    """The displacement halfway that is best for lines that grow by ``ends``, and its log-likelihood.

    ``grows``: (blocks,) which share of that they have grown by in each, -1 … 1.
    """
    grown = np.rint(ends * grows).astype(np.int64)
    room = STEPS - abs(ends)
    columns = STEPS + grown[:, None] + np.arange(-room, room + 1)
    sums = np.take_along_axis(blocks, columns, axis=1).sum(axis=0)
    return int(sums.argmax()) - room, float(sums.max())


def _half(frames: int) -> float:
    return max(frames - 1, 1) / 2
