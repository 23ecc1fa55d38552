"""Loads the weights that `core.articulation` reads into torch."""

from pathlib import Path

import torch

from liptune.core.articulation.weights import REMEDY, WEIGHTS
from liptune.core.engines.lite.weights import restored
from liptune.core.engines.lite.weights_file import require_weights
from training.articulation.network import ArticulationEnsemble, ArticulationNetwork, Widths


def load_ensemble(path: Path = WEIGHTS) -> ArticulationEnsemble:
    """The network of a file in evaluation mode, float32; raises where a tensor is missing or unknown."""
    require_weights(path, REMEDY)
    state = {name: torch.from_numpy(rows) for name, rows in restored(path).items()}
    members = {name.split(".")[1] for name in state if name.startswith("members.")}
    widths = Widths(outputs=len(state["members.0.leave.bias"]))
    made = [ArticulationNetwork(widths) for _ in members]
    ensemble = ArticulationEnsemble(made, torch.zeros_like(state["shapes"]))
    counters = {name: tensor for name, tensor in ensemble.state_dict().items() if not tensor.ndim}
    ensemble.load_state_dict({**state, **counters}, strict=True)
    return ensemble.eval().requires_grad_(requires_grad=False)
