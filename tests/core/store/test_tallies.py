from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import delete, func, select

from liptune.core.settings import QUEUES
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import (
    Artifact,
    Job,
    JobStatus,
    Media,
    ResumableUpload,
    Tally,
    UploadPart,
)
from liptune.core.store.gauges import GaugeRepository
from liptune.core.store.ids import now
from liptune.core.store.jobs.claims import AttemptRepository, Outcome
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.sweeping import SWEEPS
from liptune.core.store.tallies import TallyRepository
from tests.core.store.rows import a_media, insert_job

MINUTE = timedelta(minutes=1)


def jobs(database: Database) -> dict[tuple[str, str], int]:
    """Jobs by operation and status, without those that there are none of; the tallies agree with the rows."""
    with database.reading() as session:
        told = {label: count for label, count in GaugeRepository(session).jobs().items() if count}
        counted = select(Job.operation, Job.status, func.count()).group_by(Job.operation, Job.status)
        assert told == {(operation, status): n for operation, status, n in session.execute(counted)}
    return told


def stored(database: Database) -> tuple[int, int, int]:
    with database.reading() as session:
        found = GaugeRepository(session).stored_bytes()
    return found["media"], found["artifacts"], found["uploads"]


def test_a_job_is_counted_where_it_stands(database: Database) -> None:
    first, second = insert_job(database), insert_job(database, operation="warp")
    assert jobs(database) == {("measure", "queued"): 1, ("warp", "queued"): 1}
    with database.writing() as session:
        claim = AttemptRepository(session).claim(first, "w", QUEUES, MINUTE)
        JobRepository(session).cancel(second)
    assert claim is not None
    assert jobs(database) == {("measure", "running"): 1, ("warp", "canceled"): 1}
    with database.writing() as session:
        AttemptRepository(session).report(claim, "analyse", 0.5)
        AttemptRepository(session).finish(claim, Outcome(JobStatus.FAILED))
    assert jobs(database) == {("measure", "failed"): 1, ("warp", "canceled"): 1}
    with database.writing() as session:
        session.execute(delete(Job))
    assert jobs(database) == {}


def test_what_was_undone_is_not_counted(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(delete(Job))
        connection.rollback()
    assert jobs(database) == {}


def test_bytes_are_those_of_the_rows_that_are_there(database: Database) -> None:
    media, job_id = a_media(bytes=5), insert_job(database)
    upload = ResumableUpload(
        id="u", owner="me", length=9, media_type="a/b", described="", created_at=now(), expires_at=now()
    )
    file = {"media_type": "a/b", "sha256": "0", "blob": "x"}
    with database.writing() as session:
        session.add_all([media, upload])
        session.flush()
        for n in (0, 1):
            session.add(Artifact(job_id=job_id, name=str(n), position=n, bytes=10 + n, **file))
            session.add(UploadPart(upload_id="u", start=n, bytes=100, blob="x"))
    assert stored(database) == (5, 21, 200)
    with database.writing() as session:
        for table in (Job, ResumableUpload, Media):
            session.execute(delete(table))
    assert stored(database) == (0, 0, 0)


def test_folding_changes_no_sum(database: Database) -> None:
    for _ in range(30):
        insert_job(database)
    with database.writing() as session:
        session.execute(delete(Job).where(Job.id.in_(select(Job.id).limit(10))))
    with database.writing() as session:
        rows = session.scalar(select(func.count()).select_from(Tally)) or 0
        assert SWEEPS["tallies"](session, print) == rows - 1 >= 39
        assert SWEEPS["tallies"](session, print) == 0
        assert session.scalar(select(func.count()).select_from(Tally)) == 1
    assert jobs(database) == {("measure", "queued"): 20}


def test_those_who_add_and_fold_at_once_lose_nothing(database: Database) -> None:
    def add_and_fold(_: int) -> None:
        insert_job(database)
        with database.writing() as session:
            TallyRepository(session).fold()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_and_fold, range(40)))
    assert jobs(database) == {("measure", "queued"): 40}
