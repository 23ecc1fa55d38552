"""Fits one change of the offset to a clip of which the measurement is sure of one offset alone."""

from dataclasses import dataclass

import numpy as np

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.calibration import Gates
from liptune.core.plan.chance import Gain, gain_over_chance
from liptune.core.plan.clip import Clip
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.evidence import along, between_frames, evidence
from liptune.core.plan.lines import OFFSET_RADIUS, PER_FRAME
from liptune.core.plan.types import Line
from liptune.core.sync.band import Floats

BLOCK_FRAMES = 5
"""How finely the moment of a change is looked for: it is made in a pause near by."""
LEAST_BLOCKS = 10
"""How long the sound keeps an offset at least: what is shorter is a path's."""
FALSE_ALARMS = 0.05
"""The share of unrelated sounds that may gain as much; in clips that keep their offset a change gains far
less than it does in those, for there one offset explains much already."""

_RADIUS = OFFSET_RADIUS * PER_FRAME
_DISPLACEMENTS = np.arange(-_RADIUS, _RADIUS + 1) / PER_FRAME


@dataclass(frozen=True)
class StepFit:
    """The clock with the best change, and by how many nats it is ahead of the best offset without one."""

    clock: Clock
    gain: Gain

    def pays(self, gates: Gates) -> bool:
        """Whether it explains the evidence better than one offset does, and by more than chance."""
        return self.gain.value >= step_cost(gates) and self.gain.chance < FALSE_ALARMS


def step_cost(gates: Gates) -> float:
    """By how many nats a change must be ahead: for its moment and for its size."""
    return 2 * gates.offset_cost


@dataclass(frozen=True)
class _Change:
    """After ``block`` blocks the displacement goes from ``before`` to ``after``, frames."""

    nats: float
    block: int
    before: float
    after: float


def fit_step(clip: Clip, line: Line, scale: float, *, least: float = -np.inf) -> StepFit | None:
    """The change between two offsets within ±15 frames of a constant one, ``line``, that explains most.

    None where the clip is too short for two. ``scale`` turns evidence into nats; of fewer than ``least`` it
    is not asked what chance would give.
    """
    video = along(clip.video, line, clip.frames)
    found = _best(video, clip.audio, scale)
    if found is None:
        return None
    gain = gain_over_chance(
        lambda picture, sounds: np.array([_nats(picture, sound, scale) for sound in sounds]),
        video,
        clip.audio,
        least=least,
    )
    return StepFit(_clock(clip, line, found), gain)


def _nats(video: Floats, audio: Floats, scale: float) -> float:
    found = _best(video, audio, scale)
    return found.nats if found else 0.0


def _best(video: Floats, audio: Floats, scale: float) -> _Change | None:
    rows = scale * evidence(video, audio, OFFSET_RADIUS)
    starts = np.arange(0, len(rows), BLOCK_FRAMES)
    if len(starts) < 2 * LEAST_BLOCKS:
        return None
    so_far = between_frames(np.cumsum(np.add.reduceat(rows, starts), axis=0), _DISPLACEMENTS)
    early, whole = so_far[LEAST_BLOCKS - 1 : -LEAST_BLOCKS], so_far[-1]
    late = whole - early
    best = int((early.max(axis=1) + late.max(axis=1)).argmax())
    before, after = int(early[best].argmax()), int(late[best].argmax())
    nats = float(early[best, before] + late[best, after] - whole.max())
    return _Change(nats, best + LEAST_BLOCKS, _DISPLACEMENTS[before], _DISPLACEMENTS[after])


def _clock(clip: Clip, line: Line, change: _Change) -> Clock:
    """The change is at a moment of the sound; a clock says of the picture when it is, halfway."""
    lines = [Line(line.offset_frames + moved) for moved in (change.before, change.after)]
    at = change.block * BLOCK_FRAMES + (lines[0].offset_frames + lines[1].offset_frames) / 2
    seconds, end = at / ANALYSIS_FPS, clip.frames / ANALYSIS_FPS
    return Clock((ClockPiece(0.0, seconds, lines[0]), ClockPiece(seconds, end, lines[1])))
