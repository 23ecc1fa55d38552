"""What a worker can run."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

OPERATIONS: dict[str, str] = {"measure": "core.operations:measure", "retime": "core.operations:retime"}


class Finished(Protocol):
    """What an operation returns: a JSON-ready result, and the files it wrote, in order."""

    @property
    def result(self) -> dict[str, Any]: ...

    @property
    def artifacts(self) -> tuple[Path, ...]: ...


def find(operation: str) -> Callable[..., Finished]:
    """Imports the operation: only here does a worker pay for torch."""
    module, _, name = OPERATIONS[operation].partition(":")
    function: Callable[..., Finished] = getattr(import_module(module), name)
    return function
