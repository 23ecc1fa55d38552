"""Listeners hear of events once they are committed, on both databases."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.notices import listen
from tests.core.store.batches.batch_rows import insert_batch
from tests.core.store.rows import a_job, insert_job

SECONDS = 20


@contextmanager
def listening(database: Database) -> Iterator[queue.Queue[str | None]]:
    heard: queue.Queue[str | None] = queue.Queue()
    stopping = threading.Event()
    thread = threading.Thread(target=listen, args=(database, heard.put, stopping))
    thread.start()
    try:
        assert heard.get(timeout=SECONDS) is None, "what was before may have been missed"
        yield heard
    finally:
        stopping.set()
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_every_job_with_new_events_is_named(database: Database) -> None:
    with listening(database) as heard:
        jobs = {insert_job(database) for _ in range(3)}
        assert {heard.get(timeout=SECONDS) for _ in jobs} == jobs


def test_a_batch_is_named_with_its_jobs(database: Database) -> None:
    with listening(database) as heard:
        batch, jobs = insert_batch(database, {}, {})
        wanted, got = {batch, *jobs}, set[str | None]()
        while not wanted <= got:
            got.add(heard.get(timeout=SECONDS))
        assert got == wanted


def test_events_that_come_after_deleted_ones_are_heard(sqlite: Database) -> None:
    with listening(sqlite) as heard:
        with sqlite.writing() as session:
            for _ in range(3):
                job = a_job()
                JobRepository(session).add(job)
                session.flush()
                session.delete(job)
        assert heard.get(timeout=SECONDS) is None, "they may have been anybody's"
        job_id = insert_job(sqlite)
        assert heard.get(timeout=SECONDS) == job_id


def test_what_is_taken_back_is_not_heard(database: Database) -> None:
    job_id = insert_job(database)
    with listening(database) as heard:
        with database.engine.connect() as connection, connection.begin() as change:
            with Session(connection) as session:
                JobRepository(session).record(job_id, "status", {})
                session.flush()
            change.rollback()
        other = insert_job(database)
        assert heard.get(timeout=SECONDS) == other


def test_a_listener_whose_connection_breaks_listens_again(postgres: Database) -> None:
    with listening(postgres) as heard:
        with postgres.engine.connect() as connection:
            killed = connection.execute(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            )
            assert killed.scalar_one() == 1
        assert heard.get(timeout=SECONDS) is None
        job_id = insert_job(postgres)
        assert heard.get(timeout=SECONDS) == job_id
