"""``liptune check``: pass or fail against a named rule, for a pipeline."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from liptune.cli import arguments as take
from liptune.cli import remote
from liptune.cli.check.files import junit, limits_of, page
from liptune.cli.check.printing import CheckPrinter, CsvCheckPrinter, JsonCheckPrinter
from liptune.cli.check.rows import CheckedRow, checked_row
from liptune.cli.exits import FAILS, NOT_JUDGED, SOME_FAILED, exit_codes
from liptune.cli.many.arguments import Many, one_or_many
from liptune.cli.many.printing import asked_for
from liptune.cli.many.run import Run
from liptune.core.errors import InvalidOption
from liptune.core.report.checking import Verdict
from liptune.core.report.profiles import DEFAULT, PROFILES, Profile
from liptune.core.report.rows import Row


@take.options_of("measure")
@one_or_many
def check(
    many: Many,
    options: dict[str, Any],
    profile: Annotated[str, typer.Option(help=f"The rule: {', '.join(PROFILES)}.")] = DEFAULT,
    early: Annotated[float | None, typer.Option(min=0, help="Most ms that the sound may be early.")] = None,
    late: Annotated[float | None, typer.Option(min=0, help="Most ms that the sound may be late.")] = None,
    min_seconds: Annotated[float | None, typer.Option(min=0, help="Shorter failures are let pass.")] = None,
    drift: Annotated[float | None, typer.Option(min=0, help="Most ms of drift a minute.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="What cannot be judged fails too.")] = False,
    audio: take.Audio = None,
    as_json: take.AsJson = False,
    report: take.Report = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit's XML here.")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Write a page here.")] = None,
    server: remote.Server = None,
) -> None:
    """Says of each video whether every stretch of it keeps to a rule."""
    with exit_codes(), ExitStack() as stack:
        rule = _rule(profile, early, late, min_seconds, drift)
        if many.resume and report is None:
            raise typer.BadParameter("there is no folder to go on in", param_hint="--resume")
        folder = report or Path(stack.enter_context(TemporaryDirectory(prefix="liptune-")))
        run = _Measuring(
            "measure", many.items(audio), options, server, folder, jobs=many.jobs, resume=many.resume
        )
        printer = _printer(rule, _judge(rule, keeps=report is not None), as_json=as_json, as_csv=many.as_csv)
        for path in filter(None, (junit_file, html_file)):
            _require_writable(path)
        try:
            run.rows(printer)
        finally:
            _write(junit_file, lambda: junit(printer.found, rule))
            _write(html_file, lambda: page(printer.found, rule))
            run.tell_of(printer.found, rule, keeps=report is not None)
    if code := exit_code(printer.found, strict=strict):
        raise typer.Exit(code)


class _Measuring(Run):
    """Leaves it to the check to say what was found."""

    def end(self, rows: Sequence[Row], total: int) -> None:
        """Says nothing."""

    def tell_of(self, found: list[CheckedRow], rule: Profile, *, keeps: bool) -> None:
        """Writes the page over all reports where these are kept, and says how many passed."""
        if keeps and found and self.report is not None:
            self.write_page([one.row for one in found], self.report)
        typer.echo(_summary(found, rule), err=True)


def exit_code(found: list[CheckedRow], *, strict: bool) -> int:
    """What fails comes before what cannot be judged, and that before what cannot be measured."""
    if any(one.verdict is Verdict.FAILED for one in found):
        return FAILS
    if strict and not all(one.is_whole for one in found):
        return NOT_JUDGED
    return SOME_FAILED if any(one.row["error"] for one in found) else 0


def _summary(found: list[CheckedRow], rule: Profile) -> str:
    kinds = Counter(str(one.verdict) for one in found)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"{len(found)} checked against {rule.name} ({limits_of(rule)}): {told or 'none'}."


def _rule(
    name: str, early: float | None, late: float | None, min_seconds: float | None, drift: float | None
) -> Profile:
    """The profile of that name with what was given beside it."""
    if name not in PROFILES:
        raise InvalidOption(f"There is no profile {name!r}; there are: {', '.join(PROFILES)}.")
    given = {"early_ms": early, "late_ms": late, "min_seconds": min_seconds, "drift_ms": drift}
    changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    if not changes:
        return PROFILES[name]
    if {"early_ms", "late_ms"} & changes.keys() and PROFILES[name].frames is not None:
        raise InvalidOption(f"The limit of {name} is in frames: it takes neither --early nor --late.")
    return replace(PROFILES[name], name=f"{name}, changed", source="As given beside the profile", **changes)


def _judge(rule: Profile, *, keeps: bool) -> Callable[[Row], CheckedRow]:
    def judge(row: Row) -> CheckedRow:
        one = checked_row(row, rule)
        return one if keeps else replace(one, row={**row, "report": None})

    return judge


def _printer(
    rule: Profile, judge: Callable[[Row], CheckedRow], *, as_json: bool, as_csv: bool
) -> CheckPrinter:
    kinds: tuple[type[CheckPrinter], ...] = CheckPrinter, CsvCheckPrinter, JsonCheckPrinter
    return asked_for(*kinds, as_json=as_json, as_csv=as_csv)(rule, judge)


def _require_writable(path: Path) -> None:
    """Makes its folder; what could not be written is said before hours of measuring."""
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()


def _write(path: Path | None, made: Callable[[], str]) -> None:
    if path is not None:
        with _writing(path):
            path.write_text(made(), "utf-8", errors="replace")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise typer.BadParameter(f"cannot be written: {error.strerror}", param_hint=str(path)) from error
