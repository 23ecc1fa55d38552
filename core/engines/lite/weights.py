"""The weights that ship with the package."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from core.engines.lite.file import REMEDY, WEIGHTS, require_weights
from core.engines.lite.network import LiteNetwork
from core.errors import EngineUnavailable


def save_weights(network: nn.Module, path: Path = WEIGHTS) -> None:
    """Writes all tensors, floating point ones as float16."""
    state = {name: _compact(tensor) for name, tensor in network.state_dict().items() if tensor.ndim}
    save_file(state, path)


def load_network(path: Path = WEIGHTS) -> LiteNetwork:
    """The network in evaluation mode.

    Raises EngineUnavailable when the file is absent, or names the tensors it lacks or has in excess.
    """
    require_weights(path)
    network = LiteNetwork()
    state = {name: tensor.float() for name, tensor in load_file(path).items()}
    expected = {name for name, tensor in network.state_dict().items() if tensor.ndim}
    lacking, excess = sorted(expected - state.keys()), sorted(state.keys() - expected)
    if lacking or excess:
        raise EngineUnavailable(
            f"The lite weights do not fit the network: missing {lacking}, unknown {excess}.",
            remedy=REMEDY,
            details={"missing": lacking, "unknown": excess},
        )
    counters = {name: tensor for name, tensor in network.state_dict().items() if not tensor.ndim}
    network.load_state_dict({**state, **counters}, strict=True)
    return network.eval().requires_grad_(requires_grad=False)


def _compact(tensor: Tensor) -> Tensor:
    return tensor.to(torch.float16).contiguous() if tensor.is_floating_point() else tensor.contiguous()
