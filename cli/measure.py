"""``liptune measure``: prints a score on standard output, everything else on standard error."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from liptune.cli import arguments as take
from liptune.cli import remote
from liptune.cli.exits import exit_codes
from liptune.cli.sources import Source
from liptune.core.errors import InvalidOption
from liptune.core.library import NoCache
from liptune.core.operations.table import OPERATIONS, parse_options

if TYPE_CHECKING:
    from pydantic import BaseModel

    from liptune.core.media.types import MediaLimits


@take.options_of("measure")
def measure(
    video: take.Video,
    options: dict[str, Any],
    audio: take.Audio = None,
    as_json: take.AsJson = False,
    report: take.Report = None,
    server: remote.Server = None,
) -> None:
    """Prints the score of VIDEO, measured here or by a service."""
    with exit_codes(), report_folder(report) as output:
        checked = parse_options("measure", options)
        if server is None:
            result = _measure(
                video.path, audio.path if audio else None, checked, Path(output) if report else None
            )
        else:
            result = remote.run(server, "measure", video, audio, checked, Path(output)).result
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


def limits() -> "MediaLimits":
    """The limits that the settings name, as the service has them."""
    from pydantic import ValidationError

    from liptune.core.media.probe.allowed import media_limits
    from liptune.core.settings import settings

    try:
        return media_limits(settings())
    except ValidationError as error:
        raise InvalidOption(f"A setting is wrong: {error}") from error


def _measure(video: Path, audio: Path | None, options: "BaseModel", output: Path | None) -> dict[str, Any]:
    from liptune.cli.bar import progress_bar

    limit = limits()
    with progress_bar() as progress:
        operation = OPERATIONS["measure"].load()
        measured = operation(
            video, audio, options, output=output, cache=NoCache(), progress=progress, limits=limit
        )
    return measured.result


def _show(result: dict[str, Any], video: Source) -> None:
    from liptune.cli.table import show

    show(result, video.name)
