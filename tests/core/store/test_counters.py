from concurrent.futures import ThreadPoolExecutor

from liptune.core.store.counters import CounterRepository
from liptune.core.store.database.connection import Database


def add(database: Database, **counts: float) -> None:
    with database.writing() as session:
        CounterRepository(session).add({(name, ("a", "b")): amount for name, amount in counts.items()})


def test_nothing_is_lost_when_many_add_at_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add(database, one=1, two=n), range(24)))
    with database.reading() as session:
        assert CounterRepository(session).all() == [
            ("one", ("a", "b"), 24),
            ("two", ("a", "b"), sum(range(24))),
        ]
