"""Which cells of a parametrised test are slow."""

from collections import Counter
from collections.abc import Iterable

import pytest


def mark_slow_cells(items: Iterable[pytest.Item]) -> None:
    """Marks cells of tests with the mark ``one_in(count)`` as slow: all but the first of every ``count``."""
    seen: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("one_in")
        if mark is None:
            continue
        test = item.nodeid.partition("[")[0]
        if seen[test] % mark.args[0]:
            item.add_marker("slow")
        seen[test] += 1
