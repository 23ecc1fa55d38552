from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.database import Database
from core.store.migrate import upgrade


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    upgrade(opened.engine)
    yield opened
    opened.close()
