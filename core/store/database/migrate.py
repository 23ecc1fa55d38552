"""Migrates the database's tables to the version that this code needs, or back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x6C697074756E65
"""Of PostgreSQL's advisory locks, the one for migrating; the number spells the program's name."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Applies the migrations that are missing, all in one transaction where the database can."""
    _run(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Takes migrations back; ``base`` removes every table."""
    _run(engine, command.downgrade, revision)


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _run(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    config = configuration()
    opened = engine.execution_options(liptune_writes=True).connect()
    with opened as connection, _unchecked(connection), connection.begin():
        config.attributes["connection"] = connection
        _take_turns(connection)
        step(config, revision)


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, which is not to delete the rows that refer to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Within a transaction, the pragma would do nothing.
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _take_turns(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
