"""What is compared: the clips of a system, measured, each under the name by which it finds its partners."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import typer

from liptune.cli.many.inputs import Item, items_of
from liptune.cli.many.printing import Printer
from liptune.cli.many.run import Run
from liptune.cli.table import printable
from liptune.core.errors import InvalidOption
from liptune.core.report.rows import Row


@dataclass(frozen=True)
class System:
    """A system as it was named: ``text``, and the clips that this means."""

    text: str
    items: tuple[Item, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Finds its clips.

        Raises:
            InvalidOption: Two of them have one name: either could be another system's partner.
        """
        found = cls(text, items_of([text], None, None, None))
        counts = Counter(found.name(item.video.text) for item in found.items)
        for name, count in counts.items():
            if count > 1:
                raise InvalidOption(f"{text!r} has {count} clips of the name {name!r}.")
        return found

    def name(self, file: str) -> str:
        """A clip's path in the folder, or below what all have in common, without suffix; none of a single."""
        if Path(self.text).is_dir():
            return str(Path(file).relative_to(self.text).with_suffix(""))
        names = {item.video.text: item.name for item in self.items}
        return str(names[file].with_suffix("")) if len(names) > 1 else ""


def rows_of(system: System, options: dict[str, Any], server: str | None, jobs: int) -> dict[str, Row]:
    """A system's rows by the clips' names."""
    rows = _Counting("measure", system.items, options, server, jobs=jobs).rows(_Quiet())
    return {system.name(row["file"]): row for row in rows}


class _Quiet(Printer):
    """Prints nothing: only all together say something."""

    def begin(self) -> None:
        """Nothing."""

    def row(self, row: Row) -> None:
        """Nothing."""


class _Counting(Run):
    """A system's clips; the comparison tells of them."""

    def end(self, rows: Sequence[Row], total: int) -> None:
        """Says how many there are, and what failed."""
        typer.echo(f"{len(rows)} of {total} gone through.", err=True)
        for row in rows:
            if error := row["error"]:
                typer.echo(f"{printable(row['file'])}: {error['message']} [{error['code']}]", err=True)
