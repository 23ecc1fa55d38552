"""Prints the rows of many videos as they come: a table, CSV, or an object of JSON a line."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import typer

from liptune.cli.table import confidence, interval, offset, printable, verdict
from liptune.core.report.lines import Lines
from liptune.core.report.rows import FAILED, Row, kinds

WIDTHS = (14, 15, 24, 11)
HEAD = ("verdict", "sound early by", "95 % interval", "confidence")

Kind = TypeVar("Kind")


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
        typer.echo(_line((*_told(row), printable(f"{row['name']}{sound}{_damage(row)}"))))


class CsvPrinter:
    """For spreadsheets."""

    def begin(self) -> None:
        Lines(sys.stdout).begin()

    def row(self, row: Row) -> None:
        Lines(sys.stdout).add(row)
        sys.stdout.flush()


class JsonPrinter:
    """For programs."""

    def begin(self) -> None:
        """Nothing: lines stand for themselves."""

    def row(self, row: Row) -> None:
        typer.echo(json.dumps(row, allow_nan=False))


def printer(*, as_json: bool, as_csv: bool) -> Printer:
    """The one that was asked for."""
    kinds_of: tuple[Callable[[], Printer], ...] = TablePrinter, CsvPrinter, JsonPrinter
    return asked_for(*kinds_of, as_json=as_json, as_csv=as_csv)()


def asked_for(table: Kind, csv_lines: Kind, json_lines: Kind, *, as_json: bool, as_csv: bool) -> Kind:
    """The one of three that the options ``--json`` and ``--csv`` name."""
    if as_json and as_csv:
        raise typer.BadParameter("is one or the other", param_hint="--json / --csv")
    return json_lines if as_json else csv_lines if as_csv else table


def summary(rows: Sequence[Row], total: int) -> str:
    """How many of which kind."""
    told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(kinds(rows).items()))
    left = f"; {total - len(rows)} left" if len(rows) < total else ""
    return f"{total} to do: {told or 'none done'}{left}."


def _told(row: Row) -> tuple[str, ...]:
    if error := row["error"]:
        return (FAILED, f"[{error['code']}]", "", "")
    score = row["result"]["score"]
    if score["verdict"] == "no_evidence":
        return (verdict(score), "", "", confidence(score))
    return (verdict(score), offset(score), interval(score), confidence(score))


def _damage(row: Row) -> str:
    undecoded = row["result"] and row["result"].get("undecoded")
    return f"  [{undecoded['frames']} of {undecoded['of']} frames undecoded]" if undecoded else ""


def _line(cells: Sequence[str]) -> str:
    *fixed, last = cells
    return "  ".join([*(cell.ljust(width) for cell, width in zip(fixed, WIDTHS, strict=True)), last])
