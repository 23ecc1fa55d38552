"""Which tests pytest-xdist keeps together, and which go first."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/e2e/", "tests/cli/", "tests/core/store/")
"""Folders whose tests share a running service, a measurement or a server: one process alone starts it."""

FIRST = ("tests/e2e/", "tests/cli/", "tests/worker/", "tests/docker/", "tests/api/test_schemathesis")
"""What takes long and cannot be divided: begun last, it would keep one core waiting for the other."""


class ByService(LoadFileScheduling):  # type: ignore[misc]
    """Gives a process the next file, or the next folder of those that are kept together."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def longest_first(item: pytest.Item) -> int:
    """A key to sort by, which leaves the order within a folder as it is."""
    return next((at for at, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))
