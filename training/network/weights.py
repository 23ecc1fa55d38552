"""Saves the lite network's weights as the engine reads them, and loads them into torch."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from liptune.core.engines.lite.weights import SCALE, restored
from liptune.core.engines.lite.weights_file import WEIGHTS, require_weights
from training.network.ensemble import LiteEnsemble
from training.network.network import LiteNetwork, Widths

LARGEST_INT8 = 127


def save_weights(ensemble: nn.Module, path: Path) -> None:
    """Writes matrices and kernels as int8 with a scale for each output, other numbers as float16."""
    state: dict[str, Tensor] = {}
    for name, tensor in ensemble.state_dict().items():
        if tensor.ndim >= 2:
            scale = tensor.flatten(1).abs().amax(1).clamp_min(1e-8).float() / LARGEST_INT8
            along = scale.view(-1, *([1] * (tensor.ndim - 1)))
            state[name] = (tensor / along).round().to(torch.int8).contiguous()
            state[name + SCALE] = scale
        elif tensor.ndim:
            state[name] = tensor.to(torch.float16)
    save_file(state, path)


def load_ensemble(path: Path = WEIGHTS) -> LiteEnsemble:
    """The networks of a file in evaluation mode, float32; raises where a tensor is missing or unknown."""
    require_weights(path)
    state = {name: torch.from_numpy(rows) for name, rows in restored(path).items()}
    members = {name.split(".")[1] for name in state}
    sees_points = any(".visual.points." in name for name in state)
    widths = Widths() if sees_points else Widths(points=0)
    ensemble = LiteEnsemble([LiteNetwork(widths) for _ in members])
    counters = {name: tensor for name, tensor in ensemble.state_dict().items() if not tensor.ndim}
    ensemble.load_state_dict({**state, **counters}, strict=True)
    return ensemble.eval().requires_grad_(requires_grad=False)
