"""``liptune measure``: a score on standard output, everything else on standard error."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from cli import arguments as take
from cli import remote
from cli.exits import exit_codes
from core.errors import InvalidOption

if TYPE_CHECKING:
    from core.analysis import Analysis
    from core.media.types import MediaLimits
    from core.options import MeasureOptions


def measure(
    video: take.Video,
    audio: take.Audio = None,
    as_json: take.AsJson = False,
    report: take.Report = None,
    engine: take.Engine = "lite",
    face: take.Face = "active",
    start: take.Start = None,
    end: take.End = None,
    server: remote.Server = None,
) -> None:
    """Say how well the lips in VIDEO match its sound.

    Exit codes: 0 measured, whatever the verdict; 2 wrong usage; 3 unusable media; 4 no face that can be
    scored; 5 engine not installed; 6 out of time; 130 interrupted; 1 a bug.
    """
    given = take.chosen(engine=engine, face=face, start=start, end=end)
    with exit_codes(), report_folder(report) as output:
        options = _options(given)
        if server is None:
            result = _measure(video, audio, options, Path(output) if report else None)
        else:
            result = remote.run(server, "measure", video, audio, options, Path(output)).result
    if as_json:
        typer.echo(json.dumps(result, indent=2, allow_nan=False))
    else:
        _show(result, video)
    if report is not None:
        typer.echo(f"The report is in {report}: open {report / 'report.html'}", err=True)


def _options(given: dict[str, Any]) -> "MeasureOptions":
    from core.options import MeasureOptions, parse_options

    options = parse_options("measure", given)
    assert isinstance(options, MeasureOptions)  # noqa: S101 - narrows the type
    return options


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

    from core.media.limits import media_limits
    from core.settings import settings

    try:
        return media_limits(settings())
    except ValidationError as error:
        raise InvalidOption(f"A setting is wrong: {error}") from error


class NoCache:
    """A command measures once; the service keeps analyses."""

    def load(self, key: str) -> "Analysis | None":  # noqa: ARG002
        return None

    def save(self, key: str, analysis: "Analysis") -> None:
        """Keeps nothing."""


def _measure(
    video: Path, audio: Path | None, options: "MeasureOptions", output: Path | None
) -> dict[str, Any]:
    from cli.bar import progress_bar

    limit = limits()
    with progress_bar() as progress:
        from core import measuring

        measured = measuring.measure(
            video, audio, options, output=output, cache=NoCache(), progress=progress, limits=limit
        )
    return measured.result


def _show(result: dict[str, Any], video: Path) -> None:
    from cli.table import show

    show(result, video.name)
