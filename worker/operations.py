"""What a worker can run."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

OPERATIONS: dict[str, str] = {
    "measure": "core.operations:measure",
    "retime": "core.operations:retime",
    "warp": "core.operations:warp",
}


class Finished(Protocol):
    """What an operation returns: a JSON-ready result, and the files it wrote, in order."""

    @property
    def result(self) -> dict[str, Any]: ...

    @property
    def artifacts(self) -> tuple[Path, ...]: ...


ANALYSIS = "core.operations:analyse"


def find_analysis() -> Callable[..., None]:
    """Imports the step that every operation on a measured video begins with."""
    analysis: Callable[..., None] = _imported(ANALYSIS)
    return analysis


def find(operation: str) -> Callable[..., Finished]:
    """Imports the operation: only here does a worker pay for torch."""
    function: Callable[..., Finished] = _imported(OPERATIONS[operation])
    return function


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
