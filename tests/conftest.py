from collections.abc import Iterator

import pytest

from tests.servers import OwnRedis, OwnS3, own_database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of this run's own, without tables until somebody makes them."""
    with own_database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server of this run's own."""
    server = OwnRedis()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def s3() -> Iterator[OwnS3]:
    """An S3 server of this run's own, without buckets."""
    server = OwnS3()
    yield server
    server.stop()
