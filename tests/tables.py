"""Tables for tests. The migrations, which have tests of their own, run once; SQLite's others are copies."""

from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from liptune.core.store.database.connection import Database
from liptune.core.store.database.migrate import upgrade


def make_tables(database: Database) -> None:
    """Leaves an empty database as `upgrade` does."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).write_bytes(_migrated())
    else:
        upgrade(database.engine)


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "tables.sqlite3"
        with closing(Database(f"sqlite:///{file}")) as database:
            upgrade(database.engine)
        return file.read_bytes()
