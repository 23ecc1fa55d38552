"""Prints the rows of many videos as they come: a table, CSV, or an object of JSON a line."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import typer

from liptune.cli.many.rows import COLUMNS, Row, cells
from liptune.cli.table import confidence, interval, offset, printable, verdict

WIDTHS = (14, 15, 24, 11)
HEAD = ("verdict", "sound early by", "95 % interval", "confidence")
FAILED = "failed"


class Printer(Protocol):
    """Writes on standard output."""

    def begin(self) -> None:
        """Before the first row."""

    def row(self, row: Row) -> None:
        """One row, at once."""


class TablePrinter:
    """For reading; the name, which may be long, comes last."""

    def begin(self) -> None:
        typer.echo(_line((*HEAD, "file")))

    def row(self, row: Row) -> None:
        sound = f" + {row['audio']}" if row["audio"] else ""
        typer.echo(_line((*_told(row), printable(f"{row['name']}{sound}"))))


class CsvPrinter:
    """For spreadsheets."""

    def begin(self) -> None:
        csv.writer(sys.stdout, lineterminator="\n").writerow(COLUMNS)

    def row(self, row: Row) -> None:
        csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n").writerow(cells(row))
        sys.stdout.flush()


class JsonPrinter:
    """For programs."""

    def begin(self) -> None:
        """Nothing: lines stand for themselves."""

    def row(self, row: Row) -> None:
        typer.echo(json.dumps(row, allow_nan=False))


def printer(*, as_json: bool, as_csv: bool) -> Printer:
    """The one that was asked for."""
    if as_json and as_csv:
        raise typer.BadParameter("is one or the other", param_hint="--json / --csv")
    return JsonPrinter() if as_json else CsvPrinter() if as_csv else TablePrinter()


def summary(rows: Sequence[Row], total: int) -> str:
    """How many of which kind."""
    kinds = Counter("failed" if row["error"] else row["result"]["score"]["verdict"] for row in rows)
    told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(kinds.items()))
    left = f"; {total - len(rows)} left" if len(rows) < total else ""
    return f"{total} to do: {told or 'none done'}{left}."


def _told(row: Row) -> tuple[str, ...]:
    if error := row["error"]:
        return (FAILED, f"[{error['code']}]", "", "")
    score = row["result"]["score"]
    if score["verdict"] == "no_evidence":
        return (verdict(score), "", "", confidence(score))
    return (verdict(score), offset(score), interval(score), confidence(score))


def _line(cells: Sequence[str]) -> str:
    *fixed, last = cells
    return "  ".join([*(cell.ljust(width) for cell, width in zip(fixed, WIDTHS, strict=True)), last])
