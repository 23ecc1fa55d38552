"""How long-running work reports where it is."""

from typing import Protocol


class Progress(Protocol):
    """Called a few times a second with the stage's name and its fraction done, 0 to 1.

    Raising from it (`core.errors.Canceled`) stops the work and cleans up.
    """

    def __call__(self, stage: str, fraction: float, /) -> None: ...


def silent(_stage: str, _fraction: float, /) -> None:
    """The progress callback that reports nothing."""
