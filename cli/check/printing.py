"""Prints checked videos as they come."""

import csv
import json
import sys
from collections.abc import Callable

import typer

from liptune.cli.check.rows import COLUMNS, CheckedRow, as_json, cells
from liptune.cli.many.printing import Printer
from liptune.cli.table import printable
from liptune.core.report.profiles import Profile
from liptune.core.report.rows import Row

Judge = Callable[[Row], CheckedRow]


class CheckPrinter(Printer):
    """Judges each row, remembers it in ``found``, and prints it."""

    def __init__(self, profile: Profile, judge: Judge) -> None:
        self.profile = profile
        self.found: list[CheckedRow] = []
        self._judge = judge

    def begin(self) -> None:
        """Nothing."""

    def row(self, row: Row) -> None:
        self.found.append(self._judge(row))
        self.show(self.found[-1])

    def show(self, one: CheckedRow) -> None:
        """The verdict and the name, and below it every portion that fails."""
        typer.echo(f"{one.verdict:<10}  {printable(one.name)}")
        for timed in one.failing:
            typer.echo(f"            {timed.told}")
        if one.note:
            typer.echo(f"            {printable(one.note)}")


class CsvCheckPrinter(CheckPrinter):
    """A line for each portion that fails."""

    def begin(self) -> None:
        csv.writer(sys.stdout, lineterminator="\n").writerow(COLUMNS)

    def show(self, one: CheckedRow) -> None:
        csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n").writerows(cells(one, self.profile))
        sys.stdout.flush()


class JsonCheckPrinter(CheckPrinter):
    """An object a line."""

    def show(self, one: CheckedRow) -> None:
        typer.echo(json.dumps(as_json(one, self.profile), allow_nan=False))
