from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.store.attempts import AttemptRepository, Claim, Outcome
from core.store.database import Database
from core.store.models import Artifact, JobStatus
from tests.core.store.rows import a_media, insert_job, read_job

LEASE = timedelta(seconds=30)


def claim(database: Database, job_id: str, worker: str = "w") -> Claim | None:
    with database.writing() as session:
        return AttemptRepository(session).claim(job_id, worker, LEASE)


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
