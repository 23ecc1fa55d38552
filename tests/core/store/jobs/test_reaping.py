from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from liptune.core.settings import QUEUES
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobStatus
from liptune.core.store.ids import now
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.workers import WorkerRepository
from tests.core.store.rows import insert_job, read_job

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def insert_dead(database: Database, **columns: Any) -> str:
    dead = {
        "status": JobStatus.RUNNING,
        "token": "t",
        "attempt": 1,
        "started_at": now(),
        "claimed_at": now(),
        "lease_expires_at": now() - SECOND,
    }
    return insert_job(database, **dead | columns)


def expire(database: Database) -> list[str]:
    with database.writing() as session:
        return [again.job_id for again in ReapingRepository(session).expire_leases(3, HOUR)]


def find_lost(database: Database) -> list[str]:
    with database.writing() as session:
        return [again.job_id for again in ReapingRepository(session).find_lost(HOUR / 2, HOUR / 2)]


def beat(database: Database, worker: str = "w", queues: Sequence[str] = QUEUES, processes: int = 1) -> None:
    with database.writing() as session:
        WorkerRepository(session).beat(worker, queues, processes)


def test_a_job_whose_worker_died_is_queued_again(database: Database) -> None:
    job_id = insert_dead(database)
    assert expire(database) == [job_id]
    job = read_job(database, job_id)
    assert (job.status, job.token, job.attempt) == (JobStatus.QUEUED, None, 1)


def test_the_job_of_a_worker_known_to_be_dead_does_not_wait_for_its_lease(database: Database) -> None:
    job_id = insert_dead(database, worker="dead", lease_expires_at=now() + HOUR)
    insert_dead(database, worker="living", lease_expires_at=now() + HOUR)
    with database.writing() as session:
        ReapingRepository(session).bury("dead")
    assert expire(database) == [job_id]


def test_a_job_with_a_living_worker_is_left_alone(database: Database) -> None:
    insert_dead(database, lease_expires_at=now() + HOUR)
    assert expire(database) == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [({"attempt": 3}, "worker_lost"), ({"claimed_at": now() - 2 * HOUR}, "timed_out")],
)
def test_a_job_that_may_not_be_tried_again_fails(
    database: Database, columns: dict[str, Any], code: str
) -> None:
    job_id = insert_dead(database, **columns)
    assert expire(database) == []
    job = read_job(database, job_id)
    assert job.status == JobStatus.FAILED
    assert job.error is not None
    assert job.error["code"] == code
    assert job.finished_at is not None


def test_a_job_that_was_to_be_canceled_is(database: Database) -> None:
    job_id = insert_dead(database, cancel_requested=True)
    assert expire(database) == []
    assert read_job(database, job_id).status == JobStatus.CANCELED


def test_two_reapers_queue_a_job_once(database: Database) -> None:
    ids = {insert_dead(database) for _ in range(5)}
    with ThreadPoolExecutor(4) as pool:
        found = [job_id for part in pool.map(lambda _: expire(database), range(8)) for job_id in part]
    assert sorted(found) == sorted(ids)


def test_a_queued_job_beside_an_idle_worker_has_lost_its_message(database: Database) -> None:
    job_id = insert_job(database, enqueued_at=now() - HOUR)
    insert_job(database)
    beat(database)
    assert find_lost(database) == [job_id]
    assert find_lost(database) == []


def test_a_queued_job_behind_a_busy_worker_waits_for_its_turn(database: Database) -> None:
    insert_job(database, enqueued_at=now() - HOUR)
    insert_dead(database, worker="w", lease_expires_at=now() + HOUR)
    beat(database)
    assert find_lost(database) == []


def test_nothing_is_enqueued_again_while_no_worker_lives(database: Database) -> None:
    insert_job(database, enqueued_at=now() - HOUR)
    assert find_lost(database) == []


def test_only_idle_workers_of_the_jobs_own_queue_show_that_its_message_is_lost(database: Database) -> None:
    job_id = insert_job(database, enqueued_at=now() - HOUR, queue="cpu")
    beat(database, "analyst", queues=["gpu"])
    assert find_lost(database) == []
    insert_dead(database, worker="renderer", lease_expires_at=now() + HOUR)
    beat(database, "renderer", queues=["cpu", "webhooks"])
    assert find_lost(database) == []
    beat(database, "renderer", queues=["cpu", "webhooks"], processes=2)
    assert find_lost(database) == [job_id]


def test_the_job_of_a_dead_pool_process_does_not_wait_for_its_lease(database: Database) -> None:
    job_id = insert_dead(database, worker="w", message="this", lease_expires_at=now() + HOUR)
    insert_dead(database, worker="w", message="that", lease_expires_at=now() + HOUR)
    with database.writing() as session:
        ReapingRepository(session).bury_attempt("w", "this")
        ReapingRepository(session).bury_attempt("other", "that")
    assert expire(database) == [job_id]


def test_a_queue_is_attended_until_its_workers_leave_or_fall_silent(database: Database) -> None:
    beat(database, "g", queues=["gpu"])
    beat(database, "c", queues=["cpu", "webhooks"])
    with database.writing() as session:
        workers = WorkerRepository(session)
        assert workers.unattended(HOUR) == []
        assert workers.unattended(timedelta(0)) == ["gpu", "cpu", "webhooks"]
        workers.leave("c")
        assert workers.unattended(HOUR) == ["cpu", "webhooks"]
