from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, StatementError

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Job
from tests.core.store.rows import a_job, insert_job, read_job


def test_sqlite_is_opened_for_many_processes(sqlite: Database) -> None:
    with sqlite.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) > 1000


def test_writers_that_lock_what_they_read_take_turns(database: Database) -> None:
    job_id = insert_job(database)

    def increment(_: int) -> None:
        with database.writing() as session:
            attempt = session.get_one(Job, job_id, with_for_update=True).attempt
            session.execute(update(Job).where(Job.id == job_id).values(attempt=attempt + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(40)))
    assert read_job(database, job_id).attempt == 40


def test_sqlites_writers_take_turns_without_locking(sqlite: Database) -> None:
    job_id = insert_job(sqlite)

    def increment(_: int) -> None:
        with sqlite.writing() as session:
            attempt = session.get_one(Job, job_id).attempt
            session.execute(update(Job).where(Job.id == job_id).values(attempt=attempt + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(40)))
    assert read_job(sqlite, job_id).attempt == 40


def test_an_exception_undoes_the_transaction(database: Database) -> None:
    job = a_job()

    def fail() -> None:
        with database.writing() as session:
            session.add(job)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as session:
        assert session.get(Job, job.id) is None


def test_references_must_exist(database: Database) -> None:
    with pytest.raises(IntegrityError):
        insert_job(database, video_id="nobody")


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    local = datetime(2026, 7, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    job = read_job(database, insert_job(database, started_at=local))
    assert job.started_at == local
    assert job.started_at is not None
    assert job.started_at.tzinfo is UTC
    assert job.started_at.hour == 12


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="aware"):
        insert_job(database, started_at=datetime(2026, 7, 1))


def test_json_comes_back_in_the_order_it_was_written(database: Database) -> None:
    job = read_job(database, insert_job(database, result={"verdict": "in_sync", "a": 1, "bb": "\0"}))
    assert list((job.result or {}).items()) == [("verdict", "in_sync"), ("a", 1), ("bb", "\0")]


def test_a_server_that_cuts_the_connections_is_connected_to_again(postgres: Database) -> None:
    job_id = insert_job(postgres)
    with postgres.writing() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
        read_job(postgres, job_id)
        others = "datname = current_database() AND pid <> :mine"
        cut = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        assert session.scalars(cut, {"mine": mine}).all() == [True]
    assert read_job(postgres, job_id).id == job_id
