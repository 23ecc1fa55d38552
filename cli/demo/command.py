"""``liptune demo``: starts the service, has it measure, retime and dub the samples, or measure a given
video."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from liptune.cli.exits import leave_cleanly

_ROOT = Path(__file__).resolve().parents[2]
_SAMPLES = (_ROOT / "samples" / "astronaut.mp4", _ROOT / "samples" / "astronaut_early.mp4")
_EARLY_MS, _TOLERANCE_MS = 120.0, 40.0
_OTHER_WORDS = _ROOT / "samples" / "other_words.m4a"
_RETIMED, _DUBBED = "retimed", "dubbed"

Json = dict[str, Any]


def demo(
    video: Annotated[
        Path | None, typer.Argument(help="A video of yours.", exists=True, dir_okay=False, readable=True)
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path("var/demo"),
) -> None:
    """Start the service, have it measure the two sample videos, or VIDEO, over HTTP, and stop it.

    The samples differ in nothing but their sound: in the second it is 120 ms early. It is retimed too, the
    first is dubbed with another sentence, and the results are measured. Exits with 1 when the scores do not
    say so.
    """
    import httpx

    from liptune.cli.demo.service import ServiceFailed
    from liptune.client import Refused

    leave_cleanly()
    try:
        results = _measured([video] if video else _SAMPLES, folder, repaired=video is None)
    except (Refused, ServiceFailed, httpx.HTTPError) as error:
        typer.echo(f"liptune: {error}", err=True)
        raise typer.Exit(1) from error
    _show(results)
    typer.echo(f"\nThe reports: {folder / 'reports'}/*/report.html")
    if video is None:
        judge(results)


def _measured(videos: Sequence[Path], folder: Path, *, repaired: bool) -> dict[str, Json]:
    from liptune.cli.bar import progress_bar
    from liptune.cli.demo.service import running_service
    from liptune.client import Client

    typer.echo("Starting the service ...")
    with running_service(folder) as url, progress_bar() as progress, Client(url) as client:
        typer.echo(f"It answers at {url}; its log is {folder / 'service.log'}.")

        def run(operation: str, video: Path, name: str, sound: Path | None = None) -> Json:
            audio = client.upload(sound)["id"] if sound else None
            asked = client.submit(operation, client.upload(video)["id"], audio=audio)
            job = client.wait(asked, progress)
            for artifact in job["artifacts"]:
                client.download(artifact, folder / "reports" / name)
            return dict(job["result"] or {})

        results = {}
        for video in videos:
            typer.echo(f"Measuring {video.name!a} ...")
            results[video.name] = run("measure", video, video.stem)
        if repaired:
            in_sync, early = videos
            typer.echo(f"Retiming {early.name!a} and measuring the result ...")
            results[_RETIMED] = run("retime", early, _RETIMED)
            typer.echo(f"Dubbing {in_sync.name!a} with {_OTHER_WORDS.name!a} and measuring the result ...")
            results[_DUBBED] = run("dub", in_sync, _DUBBED, _OTHER_WORDS)
    return results


def _show(results: dict[str, Json]) -> None:
    from rich.console import Console

    from liptune.cli.table import printable, score_table, sentence

    typer.echo()
    Console(highlight=False).print(score_table([(name, result["score"]) for name, result in results.items()]))
    for name, result in results.items():
        typer.echo(f"{printable(name)}: {sentence(result)}")


def judge(results: dict[str, Json]) -> None:
    """Exits with 1 unless the samples' scores are what they should be."""
    in_sync, early = (results[sample.name]["score"] for sample in _SAMPLES)
    retimed, dubbed = (results[name]["score"] for name in (_RETIMED, _DUBBED))
    right = (
        in_sync["verdict"] == "in_sync"
        and early["verdict"] == "out_of_sync"
        and abs(early["offset_ms"] - _EARLY_MS) <= _TOLERANCE_MS
        and retimed["verdict"] == "in_sync"
        and dubbed["verdict"] == "in_sync"
    )
    if not right:
        typer.echo(
            "This is wrong: the first sample is in sync, the second's sound is 120 ms early, and retimed it "
            "is in sync, as the first is with the other words.",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo("All is right. Your own video: make demo VIDEO=path, or .venv/bin/liptune measure path")
    typer.echo("To repair it: .venv/bin/liptune retime path -o repaired.mp4")
    typer.echo("To give it other words: .venv/bin/liptune dub path --audio words.wav -o dubbed.mp4")
