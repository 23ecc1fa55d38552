"""Each engine's constants for planning: nats per unit of evidence, and the gates a repair must pass."""

import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Self

import numpy as np

COST_FRAMES = 100


@dataclass(frozen=True)
class Gates:
    """By how many nats a freer explanation must beat a simpler one, and the share of a path to apply.

    ``offset_cost``: of a constant offset over none. ``drift_cost``: of a rate over none. ``local_cost``: of a
    path over a steady clock, in a hundred frames. ``trust``: the share of a path's displacements that is
    applied. The likelihood is surer than it should be, for neighbouring moments tell much the same; all of
    them would now and then leave a clip worse than it was.
    """

    offset_cost: float = 9.0
    drift_cost: float = 9.0
    local_cost: float = 9.0
    trust: float = 0.8

    def path_cost(self, frames: int) -> float:
        """Of a path through so many frames, in nats."""
        return self.local_cost * grown(frames)


def grown(frames: int) -> float:
    """The factor by which a path's gain by chance exceeds that in 100 frames: the root of the ratio."""
    return float(np.sqrt(frames / COST_FRAMES))


@dataclass(frozen=True)
class RetimeCalibration:
    """Constants of one engine, measured by ``training/calibrate_retime.py``.

    ``scale``: nats of log-likelihood per unit of evidence. ``weights_sha256``: what was measured, None:
    nothing.
    """

    scale: float = 0.5
    gates: Gates = field(default_factory=Gates)
    weights_sha256: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what ``retiming.json`` holds."""
        fields = json.loads(text)
        return cls(gates=Gates(**fields.pop("gates")), **fields)


def retime_calibration(engine_id: str) -> RetimeCalibration:
    """The calibration that ships with the engine, or what holds without one."""
    path = files("liptune.core.engines").joinpath(engine_id, "retiming.json")
    return RetimeCalibration.parse(path.read_text("utf-8")) if path.is_file() else RetimeCalibration()


def scale_of(engine_id: str) -> float:
    """Nats of log-likelihood per unit of evidence."""
    return retime_calibration(engine_id).scale
