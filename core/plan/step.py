"""Fits one change of the offset to a clip of which the measurement is sure of one offset alone."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain, gain_over_chance
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.evidence import along, between_frames, evidence
from liptune.core.plan.lines import DISPLACEMENTS, OFFSET_RADIUS
from liptune.core.plan.types import Line, RetimeMode
from liptune.core.sync.band import Floats

BLOCK_FRAMES = 5
"""How finely the moment of a change is looked for: it is made in a pause near by."""
LEAST_BLOCKS = 10
"""How long the sound keeps an offset at least: what is shorter is a path's."""
FALSE_ALARMS = 0.05
"""The share of unrelated sounds that may gain as much; in clips that keep their offset a change gains far
less than it does in those, for there one offset explains much already."""


@dataclass(frozen=True)
class StepFit:
    """The clock with the best change, and by how many ``nats`` it is ahead of the best offset without one.

    ``video``, ``audio``: (T, D) each, what it was found in; the picture along the offset that is known.
    """

    clock: Clock
    nats: float
    video: Floats
    audio: Floats
    scale: float

    mode = RetimeMode.STEPS

    @cached_property
    def gain(self) -> Gain:
        """The same beside what chance gives, which takes long to ask."""
        scale = self.scale
        return gain_over_chance(
            self.nats,
            lambda picture, sounds: np.array([_nats(picture, sound, scale) for sound in sounds]),
            self.video,
            self.audio,
        )

    def ahead(self, gates: Gates) -> float:
        """Nats that it gains over one offset, less what its moment and its size cost."""
        return self.nats - 2 * gates.offset_cost

    def pays(self, gates: Gates) -> bool:
        """Whether it explains the evidence better than one offset does, and by more than chance."""
        return self.ahead(gates) >= 0 and self.gain.chance < FALSE_ALARMS


@dataclass(frozen=True)
class _Change:
    """After ``block`` blocks the displacement goes from ``before`` to ``after``, frames."""

    nats: float
    block: int
    before: float
    after: float


def fit_step(clip: Clip, line: Line, scale: float) -> StepFit | None:
    """The change between two offsets within ±15 frames of a constant one, ``line``, that explains most.

    None where the clip is too short for two. ``scale`` turns evidence into nats.
    """
    video = along(clip.video, line, clip.frames)
    found = _best(video, clip.audio, scale)
    if found is None:
        return None
    return StepFit(_clock(clip, line, found), found.nats, video, clip.audio, scale)


def _nats(video: Floats, audio: Floats, scale: float) -> float:
    found = _best(video, audio, scale)
    return found.nats if found else 0.0


def _best(video: Floats, audio: Floats, scale: float) -> _Change | None:
    rows = scale * evidence(video, audio, OFFSET_RADIUS)
    starts = np.arange(0, len(rows), BLOCK_FRAMES)
    if len(starts) < 2 * LEAST_BLOCKS:
        return None
    so_far = between_frames(np.cumsum(np.add.reduceat(rows, starts), axis=0), DISPLACEMENTS)
    early, whole = so_far[LEAST_BLOCKS - 1 : -LEAST_BLOCKS], so_far[-1]
    late = whole - early
    best = int((early.max(axis=1) + late.max(axis=1)).argmax())
    before, after = int(early[best].argmax()), int(late[best].argmax())
    nats = float(early[best, before] + late[best, after] - whole.max())
    return _Change(nats, best + LEAST_BLOCKS, DISPLACEMENTS[before], DISPLACEMENTS[after])


def _clock(clip: Clip, line: Line, change: _Change) -> Clock:
    """The change is at a moment of the sound; a clock says of the picture when it is, halfway."""
    lines = [Line(line.offset_frames + moved) for moved in (change.before, change.after)]
    at = change.block * BLOCK_FRAMES + (lines[0].offset_frames + lines[1].offset_frames) / 2
    seconds, end = at / ANALYSIS_FPS, clip.frames / ANALYSIS_FPS
    return Clock((ClockPiece(0.0, seconds, lines[0]), ClockPiece(seconds, end, lines[1])))
