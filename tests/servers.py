"""The real servers that some tests need: skipped on a laptop without them, failed in CI."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")


def missing(server: str) -> NoReturn:
    """Ends the test: a laptop may lack the server, CI may not."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have {server}")
    pytest.skip(f"{server} is not there")


@contextmanager
def own_database() -> Iterator[str]:
    """SQLAlchemy's URL of a new PostgreSQL database, dropped afterwards."""
    name = f"liptune_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        missing(f"PostgreSQL at {POSTGRES}")
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        quick = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
        server.execute(quick)
        try:
            yield POSTGRES.rpartition("/")[0] + f"/{name}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
