"""Loads checkpoint files into networks; a missing, unknown or misshaped tensor raises EngineUnavailable."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from liptune.core.errors import EngineUnavailable

Tensors = dict[str, Tensor]
Network = TypeVar("Network", bound=nn.Module)

_LISTED = 20
_TRAINING_ONLY = "num_batches_tracked"


def read_tensors(path: Path) -> Tensors:
    """Reads the tensors of a ``.safetensors`` file or a torch file, under ``state_dict`` where it has one.

    Raises:
        EngineUnavailable: The file is damaged, or holds anything but tensors.
    """
    try:
        content = load_file(path) if path.suffix == ".safetensors" else _read_torch(path)
    except (OSError, EOFError, ValueError, KeyError, RuntimeError) as error:
        raise _unreadable(path, str(error)) from error
    except (pickle.UnpicklingError, SafetensorError) as error:
        raise _unreadable(path, "it is damaged, or holds more than tensors") from error
    if not isinstance(content, Mapping):
        raise _unreadable(path, "it holds no table of tensors")
    tensors = content.get("state_dict", content)
    if not isinstance(tensors, Mapping) or not all(isinstance(value, Tensor) for value in tensors.values()):
        raise _unreadable(path, "it holds no table of tensors")
    return {name: value.float() for name, value in tensors.items()}


def _read_torch(path: Path) -> object:
    content: object = torch.load(path, map_location="cpu", weights_only=True)
    return content


def fill(network: Network, tensors: Tensors, source: str) -> Network:
    """Gives a network built on the ``meta`` device its tensors, and readies it for inference.

    Nothing is initialised on the way, so a tensor that ``source`` lacks cannot be a random one.

    Raises:
        EngineUnavailable: A tensor is missing, unknown or of another shape; the message names it.
    """
    _check(_shapes(network.state_dict()), _shapes(tensors), source)
    counters = {name: torch.tensor(0) for name in network.state_dict() if name.endswith(_TRAINING_ONLY)}
    network.load_state_dict({**tensors, **counters}, strict=True, assign=True)
    return network.eval().requires_grad_(False)


Shapes = dict[str, tuple[int, ...]]


def _shapes(tensors: Mapping[str, Tensor]) -> Shapes:
    return {name: tuple(value.shape) for name, value in tensors.items() if not name.endswith(_TRAINING_ONLY)}


def _check(wanted: Shapes, found: Shapes, source: str) -> None:
    problems = {
        "missing": [name for name in wanted if name not in found],
        "unknown": [name for name in found if name not in wanted],
        "misshaped": [
            f"{name} {found[name]} instead of {wanted[name]}"
            for name in wanted
            if name in found and found[name] != wanted[name]
        ],
    }
    if any(problems.values()):
        lists = [f"{len(names)} {kind}: {_listed(names)}" for kind, names in problems.items() if names]
        raise EngineUnavailable(
            f"{source} does not fit the network; {'; '.join(lists)}",
            remedy="use the checkpoint as published (`liptune engines list` names it)",
            details=problems,
        )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _unreadable(path: Path, why: str) -> EngineUnavailable:
    return EngineUnavailable(f"{path.name} is not a checkpoint: {why}", remedy="fetch or import it again")
