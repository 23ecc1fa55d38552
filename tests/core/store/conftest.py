from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Base, Tally
from tests.tables import make_tables


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")) as opened:
        make_tables(opened)
        yield opened


@pytest.fixture(scope="session")
def _tables(postgres_url: str) -> str:
    with closing(Database(postgres_url)) as opened:
        make_tables(opened)
    return postgres_url


@pytest.fixture
def postgres(_tables: str) -> Iterator[Database]:
    with closing(Database(_tables)) as opened:
        yield opened
        with opened.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
            session.execute(delete(Tally))  # what the others' deletion has written


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each test that asks for a database runs on both."""
    opened: Database = request.getfixturevalue(request.param)
    return opened
