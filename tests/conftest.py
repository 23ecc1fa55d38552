from collections.abc import Iterator

import pytest

from tests.servers import own_database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of this run's own, without tables until somebody makes them."""
    with own_database() as url:
        yield url
