"""The progress callback that long work takes: stage and fraction in; an exception from it stops the work."""

from collections.abc import Iterable
from typing import Protocol


class Progress(Protocol):
    """Called a few times a second with the stage's name and its fraction done, 0 to 1.

    Raising from it (`core.errors.Canceled`) stops the work and cleans up.
    """

    def __call__(self, stage: str, fraction: float, /) -> None: ...


class Remembered:
    """A `Progress` that can be told again, so that work which waits is stopped as fast as work that runs."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last: tuple[str, float] | None = None

    def __call__(self, stage: str, fraction: float, /) -> None:
        self._last = stage, fraction
        self._progress(stage, fraction)

    def again(self) -> None:
        """Says what was said last."""
        if self._last is not None:
            self._progress(*self._last)


class Beyond:
    """A `Progress` of work whose first stages are done already: it tells none of them again."""

    def __init__(self, progress: Progress, done: Iterable[str], last: tuple[str, float]) -> None:
        """``last``: what is told in their place, so that the work can be stopped."""
        self._progress = progress
        self._done = frozenset(done)
        self._last = last

    def __call__(self, stage: str, fraction: float, /) -> None:
        self._progress(*(self._last if stage in self._done else (stage, fraction)))


def silent(_stage: str, _fraction: float, /) -> None:
    """The progress callback that reports nothing."""
