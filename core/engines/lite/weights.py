"""Reads a network's weights (int8 safetensors); a tensor too many or too few is an error."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from safetensors.numpy import load_file

from liptune.core.engines.lite.layers import Rows, State
from liptune.core.engines.lite.network import Network
from liptune.core.engines.lite.weights_file import REMEDY, WEIGHTS, require_weights
from liptune.core.errors import EngineUnavailable

Made = TypeVar("Made")

SCALE = ".scale"
"""What the name of a matrix of int8 is followed by in that of its scales, one an output."""


def load_network(path: Path = WEIGHTS) -> Network:
    """The networks of a file.

    Raises EngineUnavailable when the file is absent, or names the tensors it lacks or has in excess.
    """
    return load(path, Network.read, REMEDY)


def load(path: Path, read: Callable[[State], Made], remedy: str) -> Made:
    """What ``read`` makes of a file's tensors; raises as `load_network`, with that remedy."""
    require_weights(path, remedy)
    state = _Read(restored(path))
    try:
        made = read(state)
    except KeyError as error:
        raise _unfit(f"missing {error.args[0]}", path, remedy) from error
    excess = sorted(state.keys() - state.used)
    if excess:
        raise _unfit(f"unknown {', '.join(excess)}", path, remedy)
    return made


def restored(path: Path) -> dict[str, Rows]:
    """Every tensor as float32."""
    stored = load_file(path)
    return {
        name: _float(tensor, stored.get(name + SCALE))
        for name, tensor in stored.items()
        if not name.endswith(SCALE)
    }


def _float(tensor: np.ndarray, scale: Rows | None) -> Rows:
    whole = tensor.astype(np.float32)
    return whole if scale is None else whole * scale.reshape(-1, *([1] * (tensor.ndim - 1)))


class _Read(dict[str, Rows]):
    """Remembers which tensors were read."""

    def __init__(self, state: dict[str, Rows]) -> None:
        super().__init__(state)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> Rows:
        self.used.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Rows | None = None) -> Rows | None:  # type: ignore[override]
        """As of a dictionary."""
        self.used.add(name)
        return super().get(name, default)


def _unfit(why: str, path: Path, remedy: str) -> EngineUnavailable:
    return EngineUnavailable(
        f"The weights in {path.name} do not fit the network: {why}.", remedy=remedy, details={"why": why}
    )
