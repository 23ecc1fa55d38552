from collections.abc import Iterator

import pytest

from liptune.client import Client
from tests.api.conftest import (  # noqa: F401
    Service,
    _logs,
    address,
    clips,
    probe_operation,
    service,
)


@pytest.fixture
def client(address: str) -> Iterator[Client]:  # noqa: F811
    """A client of a service without a worker, over a real socket."""
    with Client(address) as opened:
        yield opened
