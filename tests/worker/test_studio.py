"""Workers apart: analysis and rendering on queues of their own, over Redis and PostgreSQL."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from liptune.core.store.database.models import JobEvent, JobStatus
from liptune.core.store.ids import now
from liptune.core.store.jobs.repository import JobRepository
from tests.servers import own_database
from tests.worker.conftest import Workplace

LONG_LEASE = timedelta(seconds=100)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, video: Path, redis_url: str) -> Iterator[Workplace]:
    """An analyst and a renderer, who share nothing but the servers and the files."""
    folder = tmp_path_factory.mktemp("studio")
    with (
        own_database() as database_url,
        closing(Workplace(folder, video, database_url=database_url, broker_url=redis_url)) as built,
    ):
        for queues in ("gpu", "cpu,webhooks"):
            built.hire(LIPTUNE_QUEUES=queues, LIPTUNE_LEASE=f"PT{LONG_LEASE.seconds}S")
        yield built


def test_a_job_is_handed_from_one_worker_to_the_other(studio: Workplace) -> None:
    job = studio.ended(studio.submit())
    assert (job.status, job.attempt, job.queue) == (JobStatus.SUCCEEDED, 1, "cpu"), job.error
    with studio.store.database.reading() as session:
        events = session.scalars(
            select(JobEvent).where(JobEvent.job_id == job.id).order_by(JobEvent.id)
        ).all()
    steps = [event.payload["status"] for event in events if "status" in event.payload]
    assert steps == ["queued", "running", "queued", "running", "succeeded"]


def test_a_step_whose_process_is_killed_is_done_again_without_waiting_for_the_lease(
    studio: Workplace,
) -> None:
    job_id = studio.submit(steps=1000, pace=0.1)
    studio.under_way(job_id)
    killed_at = now()
    kill_pool(studio.workers[1].pid)
    studio.until(lambda: lease_of(studio, job_id) < now())
    assert now() - killed_at < LONG_LEASE
    studio.reap()
    studio.until(lambda: studio.read(job_id).attempt == 2)
    assert studio.read(job_id).queue == "cpu"
    with studio.store.database.writing() as session:
        assert JobRepository(session).cancel(job_id)
    assert studio.ended(job_id).status == JobStatus.CANCELED


def test_a_message_for_the_other_workers_step_is_left_alone(studio: Workplace) -> None:
    job_id = studio.submit(send=False)
    studio.send(job_id, "cpu")
    studio.send(job_id, "cpu")
    studio.send(job_id, "gpu")
    studio.send(job_id, "gpu")
    job = studio.ended(job_id)
    assert (job.status, job.attempt) == (JobStatus.SUCCEEDED, 1)


def lease_of(studio: Workplace, job_id: str) -> datetime:
    return studio.read(job_id).lease_expires_at or now() + LONG_LEASE


def kill_pool(worker: int) -> None:
    """Kills the processes that the worker's main process has started."""
    for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
