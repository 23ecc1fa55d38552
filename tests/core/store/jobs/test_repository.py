from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from liptune.core.settings import FETCH, QUEUES
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobEvent, JobStatus
from liptune.core.store.ids import new_id, now
from liptune.core.store.jobs.claims import AttemptRepository
from liptune.core.store.jobs.repository import JobFilter, JobRepository
from liptune.core.store.media import MediaRepository
from liptune.core.store.usage import UsageRepository
from tests.core.store.rows import a_job, a_media, insert_job, read_job


def listed(database: Database, wanted: JobFilter, limit: int = 10) -> list[str]:
    with database.reading() as session:
        return [job.id for job in JobRepository(session).page("me", wanted, limit)]


def cancel(database: Database, job_id: str) -> bool:
    with database.writing() as session:
        return JobRepository(session).cancel(job_id)


def test_ids_sort_by_age() -> None:
    ids = [new_id() for _ in range(200)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 200


def test_a_job_is_its_owners_alone(database: Database) -> None:
    job_id = insert_job(database, owner="you")
    with database.reading() as session:
        assert JobRepository(session).get(job_id, "me") is None
        assert JobRepository(session).get(job_id, "you") is not None
    assert listed(database, JobFilter()) == []


def test_pages_are_newest_first_and_complete(database: Database) -> None:
    ids = [insert_job(database) for _ in range(5)]
    first = listed(database, JobFilter(), limit=2)
    second = listed(database, JobFilter(before=first[-1]), limit=9)
    assert first + second == ids[::-1]


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 5000])
def test_text_that_no_column_holds_finds_nothing(database: Database, text: str) -> None:
    insert_job(database)
    with database.reading() as session:
        assert JobRepository(session).get(text, "me") is None
        assert MediaRepository(session).get(text, "me") is None
        assert MediaRepository(session).lock(text, "me") is None
    assert listed(database, JobFilter(operation=text)) == []


def test_jobs_are_found_by_what_their_metadata_hold(database: Database) -> None:
    plain = insert_job(database)
    one = insert_job(database, labels={"project": "Nord", "a.b-c": "ü'; --"})
    other = insert_job(database, labels={"project": "Nord", "a.b-c": ""})

    def found(*labels: tuple[str, str]) -> list[str]:
        return listed(database, JobFilter(labels=labels))

    assert found(("project", "Nord")) == [other, one]
    assert found(("project", "Nord"), ("a.b-c", "ü'; --")) == [one]
    assert found(("a.b-c", "")) == [other]
    assert found(("project", "nord")) == found(("absent", "")) == found(("project", "\0")) == []
    assert found() == [other, one, plain]


def test_jobs_that_wait_for_their_media_are_no_workers(database: Database) -> None:
    waiting = insert_job(database, queue=FETCH, to_fetch={"video": "https://example.com/x?key=1"})
    later = now() + timedelta(minutes=1)
    insert_job(database, queue=FETCH, to_fetch={"video": "https://example.com"}, enqueued_at=later)
    insert_job(database)
    with database.writing() as session:
        assert JobRepository(session).any_waits_for_media()
        attempts = AttemptRepository(session)
        assert attempts.claim(waiting, "w", QUEUES, timedelta(seconds=30)) is None
        claim = attempts.claim_next(FETCH, "api", None, timedelta(seconds=30))
        assert claim is not None
        assert claim.job_id == waiting
        assert attempts.claim_next(FETCH, "api", None, timedelta(seconds=30)) is None
        assert not JobRepository(session).any_waits_for_media()
        assert claim.to_fetch == {"video": "https://example.com/x?key=1"}
    with database.writing() as session:
        media = a_media()
        session.add(media)
        session.flush()
        assert AttemptRepository(session).bring(claim, {"video": media.id})
    job = read_job(database, waiting)
    assert (job.status, job.queue, job.video_id, job.to_fetch, job.attempt) == (
        "queued", "gpu", media.id, None, 0,
    )  # fmt: skip


def test_a_canceled_job_forgets_what_it_was_to_fetch(database: Database) -> None:
    waiting = insert_job(database, queue=FETCH, to_fetch={"video": "https://example.com/x?key=1"})
    assert cancel(database, waiting)
    assert read_job(database, waiting).to_fetch is None


def test_counting_what_one_owns_is_sure_while_others_submit(database: Database) -> None:
    def submit(_: int) -> None:
        with database.writing() as session:
            usage = UsageRepository(session)
            usage.lock("me")
            if sum(usage.unfinished("me").values()) < 3:
                JobRepository(session).add(a_job())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(submit, range(16)))
    assert len(listed(database, JobFilter())) == 3


def test_filters(database: Database) -> None:
    old = insert_job(database, created_at=now() - timedelta(days=1))
    canceled = insert_job(database, status=JobStatus.CANCELED)
    other = insert_job(database, operation="retime")
    assert listed(database, JobFilter(status="canceled")) == [canceled]
    assert listed(database, JobFilter(operation="retime")) == [other]
    assert listed(database, JobFilter(created_after=now() - timedelta(hours=1))) == [other, canceled]
    assert old in listed(database, JobFilter(operation="measure"))


def test_a_queued_job_is_canceled_at_once(database: Database) -> None:
    job_id = insert_job(database)
    assert cancel(database, job_id)
    job = read_job(database, job_id)
    assert job.status == JobStatus.CANCELED
    assert job.finished_at is not None


def test_a_running_job_is_only_asked_to_stop(database: Database) -> None:
    job_id = insert_job(database, status=JobStatus.RUNNING)
    assert cancel(database, job_id)
    job = read_job(database, job_id)
    assert (job.status, job.cancel_requested) == (JobStatus.RUNNING, True)


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELED])
def test_an_ended_job_cannot_be_canceled(database: Database, status: JobStatus) -> None:
    job_id = insert_job(database, status=status)
    assert not cancel(database, job_id)
    assert read_job(database, job_id).status == status


def test_unfinished_jobs_are_counted_by_owner(database: Database) -> None:
    for status in JobStatus:
        insert_job(database, status=status)
    insert_job(database, owner="you")
    with database.reading() as session:
        assert sum(UsageRepository(session).unfinished("me").values()) == 2


def test_every_change_of_state_is_an_event(database: Database) -> None:
    job_id = insert_job(database)
    with database.writing() as session:
        AttemptRepository(session).claim(job_id, "w", QUEUES, timedelta(seconds=1))
    with database.reading() as session:
        events = session.scalars(
            select(JobEvent).where(JobEvent.job_id == job_id).order_by(JobEvent.id)
        ).all()
    assert [event.payload["status"] for event in events] == ["queued", "running"]
