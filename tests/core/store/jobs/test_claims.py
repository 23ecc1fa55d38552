from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from liptune.core.settings import QUEUES
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Artifact, JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.workers import WorkerRepository
from tests.core.store.rows import a_media, insert_job, read_job

LEASE = timedelta(seconds=30)


def claim(database: Database, job_id: str, worker: str = "w") -> Claim | None:
    with database.writing() as session:
        return AttemptRepository(session).claim(job_id, worker, QUEUES, LEASE)


def held(database: Database, job_id: str) -> Claim:
    taken = claim(database, job_id)
    assert taken is not None
    return taken


def test_only_one_of_many_workers_gets_the_job(database: Database) -> None:
    job_id = insert_job(database)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: claim(database, job_id, f"w{n}"), range(16)))
    assert sum(taken is not None for taken in claims) == 1
    assert read_job(database, job_id).attempt == 1


@pytest.mark.parametrize("status", [status for status in JobStatus if status != JobStatus.QUEUED])
def test_only_queued_jobs_can_be_claimed(database: Database, status: JobStatus) -> None:
    assert claim(database, insert_job(database, status=status)) is None


def test_a_claim_says_what_to_do(database: Database) -> None:
    video = a_media()
    with database.writing() as session:
        session.add(video)
    job_id = insert_job(database, video_id=video.id, options={"face": 1})
    taken = held(database, job_id)
    assert (taken.operation, taken.options, taken.attempt, taken.audio) == ("measure", {"face": 1}, 1, None)
    assert taken.video is not None
    assert taken.video.id == video.id


def test_the_holder_may_report_and_finish(database: Database) -> None:
    job_id = insert_job(database)
    taken = held(database, job_id)
    artifact = Artifact(
        job_id=job_id, name="r", position=0, media_type="a/b", bytes=1, sha256="0", blob="jobs/r"
    )
    with database.writing() as session:
        attempts = AttemptRepository(session)
        assert attempts.report(taken, "analyse", 0.5)
        assert attempts.renew(taken, LEASE)
        assert attempts.finish(taken, Outcome(JobStatus.SUCCEEDED, {"a": 1}, artifacts=[artifact]))
    job = read_job(database, job_id)
    assert (job.status, job.progress, job.result, job.stage) == ("succeeded", 1.0, {"a": 1}, "analyse")
    assert [made.name for made in job.artifacts] == ["r"]
    assert job.token is None


def test_whoever_lost_the_job_changes_nothing(database: Database) -> None:
    job_id = insert_job(database)
    lost = held(database, job_id)
    with database.writing() as session:
        assert AttemptRepository(session).release("w") == 1
    new = held(database, job_id)
    with database.writing() as session:
        attempts = AttemptRepository(session)
        assert not attempts.report(lost, "analyse", 0.5)
        assert not attempts.renew(lost, LEASE)
        assert not attempts.finish(lost, Outcome(JobStatus.FAILED, error={"code": "x", "detail": "y"}))
        assert attempts.renew(new, LEASE)
    assert read_job(database, job_id).status == JobStatus.RUNNING


def test_nothing_changes_once_a_job_has_ended(database: Database) -> None:
    job_id = insert_job(database)
    taken = held(database, job_id)
    with database.writing() as session:
        assert AttemptRepository(session).finish(taken, Outcome(JobStatus.CANCELED))
        assert not AttemptRepository(session).finish(taken, Outcome(JobStatus.SUCCEEDED))
    assert read_job(database, job_id).status == JobStatus.CANCELED


def test_a_worker_that_leaves_gives_its_job_back_uncounted(database: Database) -> None:
    mine, other = insert_job(database), insert_job(database)
    claim(database, mine, "leaver")
    claim(database, other, "stayer")
    with database.writing() as session:
        assert AttemptRepository(session).release("leaver") == 1
    assert (read_job(database, mine).status, read_job(database, mine).attempt) == ("queued", 0)
    assert read_job(database, other).status == "running"


def test_a_worker_takes_only_what_waits_in_its_queues(database: Database) -> None:
    job_id = insert_job(database, queue="cpu")
    with database.writing() as session:
        attempts = AttemptRepository(session)
        assert attempts.claim(job_id, "w", ["gpu"], LEASE) is None
        assert attempts.claim(job_id, "w", ["cpu", "webhooks"], LEASE) is not None


def test_a_job_handed_over_waits_in_the_next_queue_and_has_cost_no_attempt(database: Database) -> None:
    job_id = insert_job(database)
    first = held(database, job_id)
    started = read_job(database, job_id).started_at
    with database.writing() as session:
        assert AttemptRepository(session).hand_over(first, "cpu")
        assert not AttemptRepository(session).hand_over(first, "cpu")
    job = read_job(database, job_id)
    assert (job.status, job.queue, job.attempt, job.token) == ("queued", "cpu", 0, None)
    second = held(database, job_id)
    assert (second.queue, second.attempt) == ("cpu", 1)
    assert read_job(database, job_id).started_at == started


def test_a_job_put_off_is_not_lost_before_its_time(database: Database) -> None:
    job_id = insert_job(database)
    with database.writing() as session:
        WorkerRepository(session).beat("idle")
    with database.writing() as session:
        attempts = AttemptRepository(session)
        first = attempts.claim(job_id, "w", QUEUES, LEASE)
        assert first is not None
        assert attempts.put_off(first, timedelta(hours=1))
    with database.writing() as session:
        assert ReapingRepository(session).find_lost(timedelta(0), LEASE) == []
        assert ReapingRepository(session).find_lost(timedelta(hours=-2), LEASE) != []
    assert held(database, job_id).attempt == 2


@pytest.mark.parametrize("next_step", ["hand over", "put off"])
def test_a_job_to_be_canceled_ends_between_its_steps(database: Database, next_step: str) -> None:
    job_id = insert_job(database)
    taken = held(database, job_id)
    with database.writing() as session:
        JobRepository(session).cancel(job_id)
        attempts = AttemptRepository(session)
        if next_step == "hand over":
            assert not attempts.hand_over(taken, "cpu")
        else:
            assert not attempts.put_off(taken, LEASE)
    assert read_job(database, job_id).status == JobStatus.CANCELED


LOSS = {"code": "alpha", "stream": 0, "message": "Picture stream 0 (vp9) is no longer transparent"}


def test_what_a_copy_will_lack_is_told_once_and_stays_with_the_job(database: Database) -> None:
    job_id = insert_job(database, operation="warp")
    taken = held(database, job_id)
    assert not taken.foreseen
    with database.writing() as session:
        assert AttemptRepository(session).foresee(taken, [LOSS])
        assert AttemptRepository(session).hand_over(taken, "cpu")
    assert read_job(database, job_id).foreseen_losses == [LOSS]
    assert held(database, job_id).foreseen
    with database.reading() as session:
        told = [each for each in JobRepository(session).events(job_id, 0) if each.kind == "losses"]
    assert [event.payload for event in told] == [{"foreseen_losses": [LOSS]}]


def test_a_copy_that_will_lack_nothing_is_foreseen_too(database: Database) -> None:
    job_id = insert_job(database, operation="warp")
    taken = held(database, job_id)
    with database.writing() as session:
        assert AttemptRepository(session).foresee(taken, [])
        assert AttemptRepository(session).hand_over(taken, "cpu")
        assert not AttemptRepository(session).foresee(taken, [LOSS])
    assert read_job(database, job_id).foreseen_losses == []
    assert held(database, job_id).foreseen
