"""``liptune compare``: the same clips by two systems or more, and whether one is better."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from liptune.cli import arguments as take
from liptune.cli import remote
from liptune.cli.compare.systems import System, rows_of
from liptune.cli.exits import SOME_FAILED, exit_codes
from liptune.cli.table import printable
from liptune.core.errors import InvalidOption
from liptune.core.report.paired import FIGURES, Paired, paired
from liptune.core.report.rows import Row

Systems = Annotated[
    list[str],
    typer.Argument(help="Folders with clips of the same names, or a clip each.", metavar="A B..."),
]


@take.options_of("measure")
def compare(
    systems: Systems,
    options: dict[str, Any],
    as_json: take.AsJson = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Clips at a time, each in its own process.")] = 1,
    server: remote.Server = None,
) -> None:
    """Measures every clip and compares each system with the first, clip by clip."""
    if len(systems) < 2:
        raise typer.BadParameter("two at least are compared", param_hint="'A B...'")
    with exit_codes():
        given = [System.read(system) for system in systems]
        measured = [rows_of(system, options, server, jobs) for system in given]
        found = [_compared(systems, measured, number) for number in range(1, len(systems))]
    for one in found:
        typer.echo(json.dumps(one.as_json(), allow_nan=False) if as_json else _told(one))
    if any(row["error"] for rows in measured for row in rows.values()):
        raise typer.Exit(SOME_FAILED)


@dataclass(frozen=True)
class _Compared:
    """System ``b`` beside ``a``. ``unpaired``: clips that only one of them has."""

    a: str
    b: str
    clips: int
    unpaired: list[str]
    figures: dict[str, Paired]

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, each figure with its verdict."""
        figures = {name: vars(one) | {"verdict": one.verdict} for name, one in self.figures.items()}
        return vars(self) | {"figures": figures}


def _compared(systems: Sequence[str], measured: Sequence[Mapping[str, Row]], number: int) -> _Compared:
    """One system beside the first, over the clips that both have and that could be measured."""
    first, other = measured[0], measured[number]
    both = [name for name in first if name in other and not first[name]["error"] and not other[name]["error"]]
    if not both:
        raise InvalidOption(
            f"{systems[0]!r} and {systems[number]!r} have no clip of the same name that can be measured."
        )
    pairs = [(first[name]["result"]["score"], other[name]["result"]["score"]) for name in both]
    figures = {figure.name: paired(pairs, figure) for figure in FIGURES}
    return _Compared(systems[0], systems[number], len(both), sorted({*first} ^ {*other}), figures)


def _told(found: _Compared) -> str:
    clips = "1 clip" if found.clips == 1 else f"{found.clips} clips"
    lines = [f"{printable(found.b)} beside {printable(found.a)}, {clips}:"]
    lines += [f"  {figure.label:<24}{found.figures[figure.name].told(figure.digits)}" for figure in FIGURES]
    if found.unpaired:
        lines.append(f"  without a partner: {', '.join(map(printable, found.unpaired))}")
    return "\n".join(lines)
