"""Films are looked at in parts by two workers, and something breaks. Each job must end in the truth."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from liptune.core.library import NoCache
from liptune.core.operations.measure import measure
from liptune.core.options import MeasureOptions
from liptune.core.settings import GPU
from liptune.core.store.database.models import JobPart
from liptune.core.store.workers import WorkerRepository
from tests.core.analysis.parts.films import spliced
from tests.faults.conftest import Batch
from tests.faults.plant import Plant
from tests.faults.truth import read
from tests.worker.operations import DIE_AT_JOIN

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

FILMS = ANALYSTS = 2


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spliced(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="module")
def truth(film: Path) -> dict[str, Any]:
    """What the single pass measures."""
    return measure(film, None, MeasureOptions(), output=None, cache=NoCache()).result


@pytest.fixture
def films(plant: Plant, film: Path) -> Callable[[], Batch]:
    """Submits measurements of a film that nobody has looked at, and waits until one is in parts."""

    def build() -> Batch:
        plant.hire_helper()
        plant.until(lambda: plant.ready() and free(plant) >= ANALYSTS)
        for key in list(plant.store.blobs.keys("analyses/")):
            plant.store.blobs.delete(key)
        batch = Batch(plant, plant.measure(plant.upload(film), FILMS), time.monotonic())
        plant.until(lambda: bool(parts(plant)))
        return batch

    return build


def parts(plant: Plant) -> list[JobPart]:
    with plant.store.database.reading() as session:
        return list(session.scalars(select(JobPart)))


def free(plant: Plant) -> int:
    """Analysts that have no work."""
    with plant.store.database.reading() as session:
        return WorkerRepository(session).free(GPU, plant.settings.lease)


def settle(batch: Batch, fault: str, truth: dict[str, Any]) -> None:
    settled = batch.settle(fault)
    assert (settled.succeeded, settled.failed) == (FILMS, 0)
    assert all(read(batch.plant, job).result == truth for job in batch.jobs)


def test_nothing_breaks(films: Callable[[], Batch], truth: dict[str, Any]) -> None:
    settle(films(), "films: none", truth)


def test_a_worker_is_killed_in_a_part(
    plant: Plant, films: Callable[[], Batch], truth: dict[str, Any]
) -> None:
    batch = films()
    plant.until(lambda: free(plant) == 0 and any(part.token for part in parts(plant)))
    plant.hire_helper().kill()
    settle(batch, "films: kill -9 an analyst in a part", truth)


def test_both_workers_are_killed(plant: Plant, films: Callable[[], Batch], truth: dict[str, Any]) -> None:
    batch = films()
    plant.until(lambda: any(part.done for part in parts(plant)))
    plant.hire_helper().kill()
    plant.analyst.kill()
    settle(batch, "films: kill -9 both analysts", truth)


def test_a_worker_dies_at_the_join(plant: Plant, films: Callable[[], Batch], truth: dict[str, Any]) -> None:
    orders = [plant.folder / name / DIE_AT_JOIN for name in ("analyst", "helper")]
    batch = films()
    for order in orders:
        order.touch()
    settle(batch, "films: the worker is killed at the join", truth)
    assert not all(order.exists() for order in orders)
    for order in orders:
        order.unlink(missing_ok=True)


def test_the_broker_forgets_everything(
    plant: Plant, films: Callable[[], Batch], truth: dict[str, Any]
) -> None:
    batch = films()
    plant.redis.stop()
    plant.redis.start()
    settle(batch, "films: Redis stopped, its memory lost", truth)
