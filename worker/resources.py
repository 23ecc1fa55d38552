"""What a worker process opens once."""

from functools import cache

from core.settings import settings
from core.store.store import Store


@cache
def store() -> Store:
    """The database and the files; each process opens its own."""
    return Store.open(settings())
