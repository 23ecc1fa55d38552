"""Saves and loads the lite network's weights (int8 safetensors); a tensor too many or too few is an error."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from liptune.core.engines.lite.ensemble import LiteEnsemble
from liptune.core.engines.lite.network import LiteNetwork
from liptune.core.engines.lite.weights_file import REMEDY, WEIGHTS, require_weights
from liptune.core.errors import EngineUnavailable

SCALE = ".scale"
LARGEST_INT8 = 127


def save_weights(ensemble: nn.Module, path: Path = WEIGHTS) -> None:
    """Writes matrices and kernels as int8 with a scale for each output, other numbers as float16."""
    state: dict[str, Tensor] = {}
    for name, tensor in ensemble.state_dict().items():
        if tensor.ndim >= 2:
            scale = tensor.flatten(1).abs().amax(1).clamp_min(1e-8).float() / LARGEST_INT8
            state[name] = (tensor / _along(scale, tensor)).round().to(torch.int8).contiguous()
            state[name + SCALE] = scale
        elif tensor.ndim:
            state[name] = tensor.to(torch.float16)
    save_file(state, path)


def load_network(path: Path = WEIGHTS) -> LiteEnsemble:
    """The networks of a file in evaluation mode, float32.

    Raises EngineUnavailable when the file is absent, or names the tensors it lacks or has in excess.
    """
    require_weights(path)
    state = _restored(load_file(path))
    ensemble = LiteEnsemble([LiteNetwork() for _ in range(_members(state))])
    expected = {name for name, tensor in ensemble.state_dict().items() if tensor.ndim}
    lacking, excess = sorted(expected - state.keys()), sorted(state.keys() - expected)
    if lacking or excess:
        raise EngineUnavailable(
            f"The lite weights do not fit the network: missing {lacking}, unknown {excess}.",
            remedy=REMEDY,
            details={"missing": lacking, "unknown": excess},
        )
    counters = {name: tensor for name, tensor in ensemble.state_dict().items() if not tensor.ndim}
    ensemble.load_state_dict({**state, **counters}, strict=True)
    return ensemble.eval().requires_grad_(requires_grad=False)


def _restored(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    scales = {name: scale for name, scale in stored.items() if name.endswith(SCALE)}
    return {
        name: tensor.float() * _along(scales.pop(name + SCALE), tensor)
        if name + SCALE in scales
        else tensor.float()
        for name, tensor in stored.items()
        if not name.endswith(SCALE)
    } | scales


def _members(state: dict[str, Tensor]) -> int:
    numbered = {name.split(".")[1] for name in state if name.startswith("members.")}
    return max(len(numbered), 1)


def _along(scale: Tensor, tensor: Tensor) -> Tensor:
    return scale.view(-1, *([1] * (tensor.ndim - 1)))
