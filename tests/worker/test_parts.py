"""A film looked at in parts by real workers, some of which die."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from liptune.core.library import NoCache
from liptune.core.operations.measure import measure
from liptune.core.options import MeasureOptions
from liptune.core.settings import CPU, GPU
from liptune.core.store.database.models import UNFINISHED, JobEvent, JobPart, JobStatus, Worker
from liptune.core.store.jobs.parts import PartRepository
from liptune.core.store.jobs.repository import JobRepository
from tests.core.analysis.parts.films import spliced
from tests.core.store.rows import insert_job
from tests.worker.conftest import Workplace
from tests.worker.operations import DIE_AT_JOIN

PART_SECONDS = "1.12"


class Studio(Workplace):
    """A workplace with a film, of which each part is short. ``processes``: by the workers' names."""

    def __init__(self, folder: Path, video: Path) -> None:
        super().__init__(folder, video)
        self.processes: dict[str, int] = {}

    def film(self, **columns: Any) -> str:
        """Submits a measurement of the film."""
        job_id = insert_job(self.store.database, operation="measure", video_id=self.video, **columns)
        self.send(job_id)
        return job_id

    def add(self, video: Path, **facts: Any) -> str:
        return super().add(video, duration_seconds=6.0, **facts)

    def employ(self, **environment: str) -> None:
        """Starts a worker that looks at films in short parts."""
        known = set(self.processes)
        pid = self.hire(LIPTUNE_PART_SECONDS=PART_SECONDS, **environment).pid
        self.until(lambda: self.names() != known)
        (name,) = self.names() - known
        self.processes[name] = pid

    def names(self) -> set[str]:
        with self.store.database.reading() as session:
            return set(session.scalars(select(Worker.id)))

    def kill(self, worker: str | None) -> None:
        """Kills the worker of this name and all its processes."""
        assert worker is not None
        os.killpg(self.processes[worker], signal.SIGKILL)

    def parts(self, job_id: str) -> list[JobPart]:
        with self.store.database.reading() as session:
            return list(PartRepository(session).of(job_id))

    def helped(self, job_id: str) -> JobPart | None:
        """A part that a helper looks at now."""
        return next((part for part in self.parts(job_id) if part.worker and not part.done), None)

    def progress(self, job_id: str) -> list[tuple[str, float]]:
        query = select(JobEvent).where(JobEvent.job_id == job_id, JobEvent.kind == "progress")
        with self.store.database.reading() as session:
            events = session.scalars(query.order_by(JobEvent.id)).all()
        return [(event.payload["stage"], event.payload["progress"]) for event in events]

    def kept(self) -> int:
        """Analyses in storage, parts and wholes."""
        return len(list(self.store.blobs.keys("analyses/")))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spliced(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="module")
def truth(clip: Path) -> dict[str, Any]:
    """What the single pass measures."""
    return measure(clip, None, MeasureOptions(), output=None, cache=NoCache()).result


@pytest.fixture
def studio(tmp_path: Path, clip: Path) -> Iterator[Studio]:
    with closing(Studio(tmp_path, clip)) as built:
        yield built


def assert_measured(studio: Studio, job_id: str, truth: dict[str, Any], attempts: int = 1) -> None:
    """The job has the single pass's result, and nothing is left of its parts but the whole."""
    job = studio.ended_while_reaping(job_id)
    assert (job.status, job.attempt) == (JobStatus.SUCCEEDED, attempts), job.error
    assert job.result == truth
    assert studio.parts(job_id) == []
    assert studio.kept() == 2


def assert_never_backwards(studio: Studio, job_id: str) -> list[float]:
    """Every stage was told of once, one after another; returns what was told of the analysis, which grew."""
    told = studio.progress(job_id)
    assert [stage for stage, _ in groupby(stage for stage, _ in told)] == [
        "probe",
        "analyse",
        "score",
        "report",
    ]
    shares = [share for stage, share in told if stage == "analyse"]
    assert shares == sorted(shares)
    return shares


def test_one_worker_does_one_part_after_another(studio: Studio, truth: dict[str, Any]) -> None:
    studio.employ()
    job_id = studio.film()
    assert_measured(studio, job_id, truth)
    shares = assert_never_backwards(studio, job_id)
    assert len(set(shares)) > 3


@pytest.mark.slow
def test_another_worker_helps_and_dies_of_it(studio: Studio, truth: dict[str, Any]) -> None:
    """Analysis and the rest on workers apart: the film's own goes on with what the helper had begun."""
    for queues in (GPU, GPU, f"{CPU},webhooks"):
        studio.employ(LIPTUNE_QUEUES=queues)
    job_id = studio.film()
    studio.until(lambda: studio.helped(job_id) is not None)
    part = studio.helped(job_id)
    assert part is not None
    assert part.worker != studio.read(job_id).worker
    studio.kill(part.worker)
    assert_measured(studio, job_id, truth)


@pytest.mark.slow
def test_a_worker_dies_at_the_join(studio: Studio, truth: dict[str, Any]) -> None:
    """What was seen in the parts is there for the next."""
    order = studio.settings.data / DIE_AT_JOIN
    order.touch()
    studio.employ()
    job_id = studio.film()
    studio.until(lambda: not order.exists())
    assert all(part.done and part.tries < 2 for part in studio.parts(job_id))
    assert_measured(studio, job_id, truth, attempts=2)
    assert_never_backwards(studio, job_id)


@pytest.mark.slow
def test_a_film_gives_way(studio: Studio, truth: dict[str, Any]) -> None:
    """The only worker looks at a part, does the other's job, and goes on with the film."""
    studio.employ(LIPTUNE_PATIENCE="PT0S")
    job_id = studio.film()
    studio.until(lambda: bool(studio.parts(job_id)))
    other = insert_job(studio.store.database, operation="probe", video_id=studio.video, owner="another")
    studio.send(other)
    assert studio.ended(other).status == JobStatus.SUCCEEDED
    waiting = studio.read(job_id)
    assert waiting.status in UNFINISHED
    assert waiting.stage == "analyse"
    assert_measured(studio, job_id, truth)
    assert_never_backwards(studio, job_id)


@pytest.mark.slow
def test_a_film_is_canceled(studio: Studio) -> None:
    studio.employ(LIPTUNE_WORKER_PROCESSES="2")
    job_id = studio.film()
    studio.until(lambda: studio.helped(job_id) is not None)
    with studio.store.database.writing() as session:
        assert JobRepository(session).cancel(job_id)
    assert studio.ended(job_id).status == JobStatus.CANCELED
    assert studio.parts(job_id) == []
    following = insert_job(studio.store.database, operation="probe", video_id=studio.video)
    studio.send(following)
    assert studio.ended(following).status == JobStatus.SUCCEEDED
