"""``liptune retime``: a video whose lips match its sound."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import remote
from cli.exits import exit_codes
from cli.measure import FILE, NoCache, limits, report_folder

if TYPE_CHECKING:
    from core.options import RetimeOptions


def retime(
    video: Annotated[Path, typer.Argument(help="The video.", **FILE)],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the retimed video goes.", dir_okay=False)
    ],
    audio: Annotated[
        Path | None, typer.Option(help="Match this sound instead of the video's own.", **FILE)
    ] = None,
    mode: Annotated[str, typer.Option(help="auto, offset, drift or local.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the report into this folder.", file_okay=False)
    ] = None,
    window_frames: Annotated[
        float | None, typer.Option(help="How far a local warp may go, in 1/25 s.")
    ] = None,
    smoothness: Annotated[float | None, typer.Option(help="What a change of displacement costs.")] = None,
    max_hold_frames: Annotated[
        int | None, typer.Option(help="How often a frame may be shown in a row.")
    ] = None,
    adaptive: Annotated[
        bool, typer.Option("--adaptive", help="Go less far where speech is fast and clear.")
    ] = False,
    interpolate: Annotated[
        str, typer.Option(help="none, or flow: draw in-between frames where the picture is slowed down.")
    ] = "none",
    engine: Annotated[str, typer.Option(help="Which network judges; see `liptune engines`.")] = "lite",
    face: Annotated[str, typer.Option(help="The number of a face, or the one that speaks.")] = "active",
    start: Annotated[float | None, typer.Option(help="Second of the video to begin at.")] = None,
    end: Annotated[float | None, typer.Option(help="Second of the video to stop at.")] = None,
    server: remote.Server = None,
) -> None:
    """Write a copy of VIDEO whose lips match its sound, and measure that copy.

    A constant shift moves the sound and copies the picture; a drift or a local warp draws the picture again.
    Where nothing is found the copy is the video untouched. Exit codes as of `measure`.
    """
    if output.exists() and output.samefile(video):
        raise typer.BadParameter("would overwrite the video", param_hint="--output")
    if not output.suffix or not output.absolute().parent.is_dir():
        raise typer.BadParameter(
            "must be a file name with a suffix, in a folder that exists", param_hint="-o"
        )
    given = {
        "engine": engine, "face": int(face) if face.isdecimal() else face, "start": start, "end": end,
        "mode": mode, "window_frames": window_frames, "smoothness": smoothness,
        "max_hold_frames": max_hold_frames, "adaptive": adaptive, "interpolate": interpolate,
    }  # fmt: skip
    with exit_codes(), report_folder(report) as folder:
        options = _options({name: value for name, value in given.items() if value is not None})
        result = _retime(video, audio, options, output, Path(folder), server)
    if as_json:
        typer.echo(json.dumps(result, indent=2, allow_nan=False))
    else:
        _show(result, video, output, report)


def _options(given: dict[str, Any]) -> "RetimeOptions":
    from core.options import RetimeOptions, parse_options

    options = parse_options("retime", given)
    assert isinstance(options, RetimeOptions)  # noqa: S101 - narrows the type
    return options


def _retime(
    video: Path, audio: Path | None, options: "RetimeOptions", output: Path, report: Path, server: str | None
) -> dict[str, Any]:
    # Beside the output, so that the whole file is moved into place at once.
    with TemporaryDirectory(prefix=".liptune-", dir=output.absolute().parent) as work:
        if server is None:
            done = _run(video, audio, options, Path(work), output.suffix)
        else:
            done = remote.run(server, "retime", video, audio, options, Path(work))
            remote.require_suffix(done, output)
        made, *others = done.artifacts
        for path in others:
            shutil.copyfile(path, report / path.name)
        made.replace(output)
    return done.result


def _run(video: Path, audio: Path | None, options: "RetimeOptions", work: Path, suffix: str) -> remote.Done:
    from cli.bar import progress_bar

    limit = limits()
    with progress_bar() as progress:
        from core import operations

        done = operations.retime(
            video,
            audio,
            options,
            output=work,
            cache=NoCache(),
            progress=progress,
            limits=limit,
            suffix=suffix,
        )
    return remote.Done(done.result, done.artifacts)


def _show(result: dict[str, Any], video: Path, output: Path, report: Path | None) -> None:
    from rich.console import Console
    from rich.text import Text

    from cli.table import score_table

    console = Console(highlight=False)
    console.print(score_table([(video.name, result["before"]["score"]), (output.name, result["score"])]))
    if judge := result["judge"]:
        console.print(score_table([(video.name, judge["before"]), (output.name, judge["after"])]))
    console.print(Text(f"{result['retime']['reason']}.", style="bold"))
    where = f"; the report is in {report}" if report is not None else ""
    typer.echo(f"The video is in {output} (picture {result['retime']['picture']}{where})", err=True)
