"""``liptune measure``: prints a score on standard output, everything else on standard error."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from liptune.cli import arguments as take
from liptune.cli import local, remote
from liptune.cli.exits import exit_codes
from liptune.cli.many.arguments import Many, one_or_many
from liptune.cli.many.printing import printer
from liptune.cli.many.run import Run
from liptune.cli.sources import Source
from liptune.core.operations.table import parse_options

if TYPE_CHECKING:
    from pydantic import BaseModel


@take.options_of("measure")
@one_or_many
def measure(
    many: Many,
    options: dict[str, Any],
    audio: take.Audio = None,
    as_json: take.AsJson = False,
    report: take.Report = None,
    server: remote.Server = None,
) -> None:
    """Prints the score of VIDEO, measured here or by a service; of many a row each."""
    if not many.is_one:
        run = Run("measure", many.items(audio), options, server, report, jobs=many.jobs, resume=many.resume)
        run.tell(printer(as_json=as_json, as_csv=many.as_csv))
        return
    video = many.one()
    with exit_codes(), report_folder(report) as output:
        asked = video, audio, parse_options("measure", options)
        result = _measured(server, *asked, Path(output) if report else None)
    if as_json:
        typer.echo(json.dumps(result, indent=2, allow_nan=False))
    else:
        _show(result, video)
    if report is not None:
        typer.echo(f"The report is in {report}: open {report / 'report.html'}", err=True)


def report_folder(report: Path | None) -> AbstractContextManager[str | Path]:
    """The folder for the report, made where it is missing; a passing one where none is wanted."""
    if report is None:
        return TemporaryDirectory(prefix="liptune-")
    try:
        report.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"cannot be made: {error.strerror}", param_hint="--report") from error
    return nullcontext(report)


def _measured(
    server: str | None, video: Source, audio: Source | None, options: "BaseModel", output: Path | None
) -> dict[str, Any]:
    from liptune.cli.bar import progress_bar

    with progress_bar() as progress:
        if server is None:
            return local.carry_out("measure", video, audio, options, output, progress=progress).result
        return remote.carry_out(server, "measure", video, audio, options, output, progress=progress).result


def _show(result: dict[str, Any], video: Source) -> None:
    from liptune.cli.table import show

    show(result, video.name)
