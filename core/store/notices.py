"""Tells of new events of jobs and batches as they are committed: PostgreSQL notifies, SQLite is looked at."""

import threading
from collections.abc import Callable
from typing import cast

import psycopg
import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobEvent

CHANNEL = "liptune_job_events"
"""Named in the trigger of migration ``0011_batches``."""

LOOK_SECONDS = 0.1
HEED_SECONDS = 1.0
"""How soon a listener that is to stop does."""

BACK_OFF_SECONDS = 2.0

Heard = Callable[[str | None], None]
"""Gets the id of a job or a batch that has new events; None where any may have."""

log = structlog.get_logger(__name__)


def listen(database: Database, heard: Heard, stopping: threading.Event) -> None:
    """Calls ``heard`` for every job and batch with new events until ``stopping`` is set; blocks.

    A connection that breaks is made again, and ``heard`` gets None for what may have been missed.
    """
    attend = _notified if database.engine.dialect.name == "postgresql" else _looking
    while not stopping.is_set():
        try:
            attend(database, heard, stopping)
        except (DBAPIError, psycopg.OperationalError):
            log.warning("listener_disconnected", exc_info=True)
            stopping.wait(BACK_OFF_SECONDS)


def _notified(database: Database, heard: Heard, stopping: threading.Event) -> None:
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        driver = cast("psycopg.Connection", connection.connection.driver_connection)
        connection.detach()  # its listening ends with it, and goes to nobody else in the pool
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        heard(None)
        while not stopping.is_set():
            for notice in driver.notifies(timeout=HEED_SECONDS):
                heard(notice.payload)


def _looking(database: Database, heard: Heard, stopping: threading.Event) -> None:
    """SQLite's writers commit one after another, so that ids grow with time.

    Events that were deleted before they were seen may have been anybody's.
    """
    last = _newest(database)
    heard(None)
    while not stopping.wait(LOOK_SECONDS):
        newest = _newest(database)
        if newest <= last:
            continue
        with database.reading() as session:
            behind = select(JobEvent.job_id, JobEvent.batch_id)
            told = session.execute(behind.where(JobEvent.id > last, JobEvent.id <= newest)).all()
        for about in {each for pair in told for each in pair if each is not None}:
            heard(about)
        if len(told) < newest - last:
            heard(None)
        last = newest


def _newest(database: Database) -> int:
    """The last number that an event was given, even if it is deleted by now."""
    with database.reading() as session:
        return session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'job_events'")) or 0
