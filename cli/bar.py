"""A progress bar on standard error, where that is a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

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
