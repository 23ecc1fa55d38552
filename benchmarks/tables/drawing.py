"""Markdown tables of what benchmarks/results holds."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.record import RESULTS

Json = dict[str, Any]
Row = Sequence[str]


def read(name: str) -> Json:
    """The content of ``results/NAME.json``."""
    result: Json = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return result


def table(head: Row, rows: Iterable[Row], *names: str) -> str:
    """A Markdown table, and below it where, when and of which code the results ``names`` were taken."""
    lines = [head, ["---"] * len(head), *rows]
    drawn = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return drawn + "\n" + "\n".join(taken(name) for name in names) + "\n"


def taken(name: str) -> str:
    """The file, date, machine, commit and weights of a result."""
    found = read(name)
    engine = found.get("engine")
    weights = f", `{engine['id']}` {engine['weights_sha256'][:8]}" if engine else ""
    return f"`results/{name}.json`: {found['date']}, {found['machine']}, commit {found['commit']}{weights}."


def share(value: float, digits: int = 0) -> str:
    """A share as a percentage."""
    return f"{value:.{digits}%}".replace("%", " %")


def ratio(found: Json) -> str:
    """A ratio's median and range."""
    return f"{found['median']:.2f} × ({found['least']:.2f} to {found['most']:.2f})"
