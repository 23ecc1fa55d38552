import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.plant import Plant
from tests.faults.truth import Settled, settle
from tests.media_factory import talking

ROWS: list[str] = []


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with closing(Plant(tmp_path_factory.mktemp("plant"))) as built:
        yield built


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talking(tmp_path_factory.mktemp("media") / "clip.mp4", seconds=1.0, burst=0.5)


@pytest.fixture(scope="session")
def video(plant: Plant, clip: Path) -> str:
    return plant.upload(clip)


@dataclass
class Batch:
    """Twenty jobs, and how they end."""

    plant: Plant
    jobs: list[str]
    began: float

    def settle(self, fault: str) -> Settled:
        """Waits for the end, checks it, and notes it in the table."""
        settled = settle(self.plant, self.jobs)
        seconds = time.monotonic() - self.began
        counts = f"{settled.succeeded} | {settled.failed} | {settled.repeated}"
        ROWS.append(f"| {fault} | {len(self.jobs)} | {counts} | {seconds:.0f} |")
        return settled


@pytest.fixture
def submit(plant: Plant, video: str) -> Callable[[], Batch]:
    """Submits twenty short jobs to a service that is well."""

    def build() -> Batch:
        plant.until(plant.ready)
        began = time.monotonic()
        return Batch(plant, plant.submit(video), began)

    return build


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("faults")
        terminalreporter.write_line(
            "| fault | jobs | succeeded | failed, truly | more than one attempt | s |"
        )
        terminalreporter.write_line("|---|---|---|---|---|---|")
        for row in ROWS:
            terminalreporter.write_line(row)
