"""What becomes of a job, and of processes, when a worker goes away."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from liptune.core.store.database.models import JobStatus
from tests.worker.conftest import Workplace


def session_of(worker: subprocess.Popen[bytes]) -> list[int]:
    """Living processes of the worker's session, zombies left out."""
    alive = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == worker.pid and fields[0] != "Z":
            alive.append(int(stat.parent.name))
    return alive


def test_a_killed_child_costs_an_attempt_not_the_job(workplace: Workplace) -> None:
    workplace.hire()
    job_id = workplace.submit(ending="killed_once")
    job = workplace.ended_while_reaping(job_id)
    assert (job.status, job.attempt) == (JobStatus.SUCCEEDED, 2)
    assert job.error is None


@pytest.mark.slow
def test_a_job_that_kills_every_child_is_given_up(workplace: Workplace) -> None:
    workplace.hire()
    job_id = workplace.submit(ending="killed")
    job = workplace.ended_while_reaping(job_id, max_attempts=2)
    assert (job.status, job.attempt) == (JobStatus.FAILED, 2)
    assert job.error is not None
    assert job.error["code"] == "worker_lost"


def test_a_killed_worker_leaves_no_orphan_and_the_next_one_does_its_job(workplace: Workplace) -> None:
    worker = workplace.hire()
    job_id = workplace.submit(steps=30, pace=0.1)
    workplace.under_way(job_id)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    workplace.until(lambda: session_of(worker) == [])
    assert workplace.read(job_id).status == JobStatus.RUNNING
    workplace.hire()
    job = workplace.ended_while_reaping(job_id)
    assert (job.status, job.attempt) == (JobStatus.SUCCEEDED, 2)


def test_a_worker_that_is_told_to_stop_gives_its_job_back(workplace: Workplace) -> None:
    worker = workplace.hire()
    job_id = workplace.submit(steps=1000, pace=0.1)
    workplace.under_way(job_id)
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    job = workplace.read(job_id)
    assert (job.status, job.attempt, job.progress) == (JobStatus.QUEUED, 0, 0.0)
    workplace.until(lambda: session_of(worker) == [])


@pytest.mark.slow
def test_a_job_past_its_time_limit_is_stopped(workplace: Workplace) -> None:
    workplace.hire(LIPTUNE_JOB_TIME_LIMIT="PT2S")
    job = workplace.ended(workplace.submit(steps=1000, pace=0.1))
    assert job.status == JobStatus.FAILED
    assert job.error is not None
    assert job.error["code"] == "timed_out"
