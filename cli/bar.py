"""A progress bar on standard error, where that is a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from liptune.cli.table import printable
from liptune.core.progress import Progress as Report


@contextmanager
def progress_bar() -> Iterator[Report]:
    """Shows the stage and how much of it is done, until the block ends; then leaves no trace."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("loading", total=1.0)

        def report(stage: str, fraction: float, /) -> None:
            bar.update(task, description=stage, completed=fraction)

        yield report


class ManyBar:
    """How many are done of all, and what the last to say something is at."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def told(self, name: str, stage: str) -> None:
        """Says what is being done with whom."""
        self._bar.update(self._task, description=escape(f"{stage:<10}{printable(name)}"))

    def done(self, count: int) -> None:
        """So many are done."""
        self._bar.update(self._task, completed=count)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Takes the bar away while something is printed where it stands."""
        self._bar.stop()
        yield
        self._bar.start()


@contextmanager
def bar_over(total: int) -> Iterator[ManyBar]:
    """A bar over many, until the block ends."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield ManyBar(bar, total)
