"""The connection to the database, and the two kinds of transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 15
POOL_SIZE = 15
"""Connections that are kept. Beyond these each costs the server a process, for one answer."""
POOL_OVERFLOW = 30
POOL_SECONDS = 10
POSTGRES = {
    "connect_timeout": 5,
    "application_name": "liptune",
    # A server that vanished without a word is noticed, and a client that did so gives its locks back.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": "-c idle_in_transaction_session_timeout=60s",
}
"""libpq's connection parameters; seconds, but ``tcp_user_timeout`` in milliseconds."""


class Database:
    """Opens sessions that either read or write, on SQLite or PostgreSQL.

    SQLite lets one writer in at a time; a transaction that starts by reading and then writes may be refused
    whatever the timeout, so writers take their turn from the start. PostgreSQL's writers run at once (READ
    COMMITTED): what they change they must lock first, or change by a conditional UPDATE.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writer = self.engine.execution_options(liptune_writes=True)
        self._reader = _reader(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed on leaving, or undone by an exception."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "postgresql":
        return _postgres(url)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _reader(engine: Engine) -> Engine:
    """PostgreSQL's reads need no transaction: READ COMMITTED gives each statement its own snapshot anyway."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine


def _postgres(url: str) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        connect_args=POSTGRES,
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_SECONDS,
    )


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("liptune_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
