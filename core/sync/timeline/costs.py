"""What a stretch of its own must pay for itself, chosen on training clips in sync."""

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import EngineIdentity

NEAR_FRAMES = 15
USUAL_FRAMES = 250
FAR_SHARE = 0.1
"""Of chance, what is left to offsets further than ``NEAR_FRAMES``: they are rare, and many."""


@dataclass(frozen=True)
class Costs:
    """All but ``noise`` in nats.

    ``step``: of a change from one offset to another. ``silence``: of each end of a stretch without evidence.
    ``rate``: of a speed other than the picture's. Each comes on top of what the choice of the lag costs. The
    first two are of a clip of ten seconds: a longer one has more moments to change at.
    ``noise``: the usual variance of a lag's relief over unrelated sound, a pair. ``weights_sha256``: of the
    engine that they were measured for by ``training/calibrate_timeline.py``; None: of none.
    """

    step: float = 12.0
    silence: float = 12.0
    rate: float = 12.0
    noise: float = 0.08
    weights_sha256: str | None = None

    def grown(self, frames: int) -> Self:
        """The same for a clip of so many frames: by the logarithm of how many changes there may be."""
        more = float(np.log(max(frames / USUAL_FRAMES, 1.0)))
        return replace(self, step=self.step + more, silence=self.silence + more / 2)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what ``timeline.json`` holds."""
        return cls(**json.loads(text))

    def steps(self, blocks: int, cuts: NDArray[np.int64]) -> NDArray[np.float32]:
        """What a step costs that is made at the beginning of each block, (blocks,).

        ``cuts``: (n,) the blocks that begin a shot. Where the footage changes, so may its offset: beforehand
        a step at some cut is as likely as one at any block.
        """
        chances = np.ones(blocks)
        chances[cuts] += blocks / max(len(cuts), 1)
        return np.asarray(self.step - np.log(chances), np.float32)


def timeline_costs(engine: EngineIdentity) -> Costs:
    """The costs that ship with the engine's weights, or what holds without them."""
    path = files("liptune.core.engines").joinpath(engine.id, "timeline.json")
    if path.is_file():
        found = Costs.parse(path.read_text("utf-8"))
        if found.weights_sha256 == engine.weights_sha256:
            return found
    return Costs()


def choice_costs(lags: NDArray[np.int64], looked_at: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What choosing each lag costs, nats: the logarithm of how many there are to choose from.

    ``lags``, ``looked_at``: (n,). Near offsets are far likelier, and share most of the chance to be wrong.
    Infinite where a lag was not looked at.
    """
    near = np.abs(lags) <= NEAR_FRAMES
    costs = np.full(len(lags), np.inf)
    for group, share in ((near & looked_at, 1 - FAR_SHARE), (~near & looked_at, FAR_SHARE)):
        costs[group] = np.log(group.sum() / share) if group.any() else np.inf
    return costs
