"""The store that a worker process opens once."""

from functools import cache

from liptune.core.settings import settings
from liptune.core.store.store import Store


@cache
def store() -> Store:
    """The database and the files; each process opens its own."""
    return Store.open(settings())
