"""Each engine's constants for scoring, fitted on clips with known answers."""

import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Self

from liptune.core.analysis import EngineIdentity
from liptune.core.sync.accuracy import PUBLISHED_DISTANCE
from liptune.core.sync.null import Prior
from liptune.core.sync.timeline.costs import Costs, timeline_costs


@dataclass(frozen=True)
class Calibration:
    """Constants of one engine, measured by ``training/calibrate.py``.

    ``false_alarms``: share of unrelated pairs that the threshold is set for. ``sync_acc_distance``: the
    distance that divides true pairs from others best, None for embeddings without a common length.
    ``prior``: the usual spread of chance. ``costs``: what a change of the offset through time must pay for.
    ``weights_sha256``: what was measured; None: nothing, the engine has only the clip's own null.
    """

    false_alarms: float = 1e-3
    sync_acc_distance: float | None = None
    prior: Prior | None = None
    weights_sha256: str | None = None
    costs: Costs = field(default_factory=Costs)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what ``calibration.json`` holds."""
        fields = json.loads(text)
        prior, costs = fields.pop("prior"), fields.pop("costs", {})
        return cls(prior=prior and Prior(**prior), costs=Costs(**costs), **fields)


def calibration_of(engine: EngineIdentity) -> Calibration:
    """The calibration that ships with the engine's weights, or what holds without one."""
    path = files("liptune.core.engines").joinpath(engine.id, "calibration.json")
    if path.is_file():
        found = Calibration.parse(path.read_text("utf-8"))
        if found.weights_sha256 == engine.weights_sha256:
            return replace(found, costs=timeline_costs(engine))
    return uncalibrated(normalised=engine.normalised)


def uncalibrated(*, normalised: bool) -> Calibration:
    """What holds for an engine that was never calibrated."""
    return Calibration(sync_acc_distance=PUBLISHED_DISTANCE if normalised else None)
