import faulthandler
import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.cells import mark_slow_cells
from tests.schedule import ByService, longest_first
from tests.servers import OwnRedis, OwnS3, own_database

# A network on two threads, beside another test's, mostly waits for its own other half, and burns the wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")


HANG_SECONDS = 900
"""Longer than any test takes, and than its time limit lets it; what hangs nevertheless ends its process."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_slow_cells(items)  # before `-m` chooses by the marks
    items.sort(key=longest_first)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByService:
    return ByService(config, log)


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
