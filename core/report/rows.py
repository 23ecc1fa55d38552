"""What became of each of many videos: the type of a row, and how many there are of which kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
"""``file``, ``name``, ``audio``, ``report``, ``output``; ``result`` and ``error``, of which one is None."""

FAILED = "failed"


def kinds(rows: Iterable[Row]) -> Counter[str]:
    """How many have which verdict, and how many could not be measured."""
    return Counter(FAILED if row["error"] else row["result"]["score"]["verdict"] for row in rows)
