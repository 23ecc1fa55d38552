"""The real command line, and one measurement that the tests share."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from liptune.cli.main import app

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
COMMAND = (sys.executable, "-m", "liptune.cli.main")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("LIPTUNE_")} | {
    "PYTHONPATH": str(ROOT),
    "COLUMNS": "120",
}


def run(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """``liptune ARGUMENTS``, with no settings from outside."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=ENVIRONMENT,
        timeout=280,
        check=False,
    )


def run_here(*arguments: str | Path) -> Result:
    """The same in this process, without the seconds that another needs to start: for what ends at once."""
    return CliRunner(env={"COLUMNS": ENVIRONMENT["COLUMNS"]}).invoke(app, [str(each) for each in arguments])


@dataclass(frozen=True)
class Measured:
    completed: subprocess.CompletedProcess[str]
    report: Path


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """The early sample, as JSON, with its report in a folder that did not exist."""
    report = tmp_path_factory.mktemp("measured") / "new" / "report"
    return Measured(run("measure", SAMPLES / "astronaut_early.mp4", "--json", "--report", report), report)


@pytest.fixture(scope="session")
def faceless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of sound and a picture without a face."""
    path = tmp_path_factory.mktemp("faceless") / "faceless.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=2"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=300:duration=2"]
    subprocess.run(["ffmpeg", "-v", "error", *picture, *sound, str(path)], check=True, timeout=60)
    return path


@pytest.fixture(scope="session")
def long_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Minutes of the sample, so that measuring it can be interrupted."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    source = ["-stream_loop", "40", "-i", str(SAMPLES / "astronaut.mp4")]
    subprocess.run(["ffmpeg", "-v", "error", *source, "-c", "copy", str(path)], check=True, timeout=60)
    yield path
    path.unlink()
