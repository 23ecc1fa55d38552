"""What became of each of many videos: the type of a row, how bad it is, how many there are of which kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
"""``file``, ``name``, ``audio``, ``report``, ``output``; ``result`` and ``error``, of which one is None."""

FAILED = "failed"


def kinds(rows: Iterable[Row]) -> Counter[str]:
    """How many have which verdict, and how many could not be measured."""
    return Counter(FAILED if row["error"] else row["result"]["score"]["verdict"] for row in rows)


def found(result: Mapping[str, Any]) -> str:
    """The headline, and behind it what of the picture is damaged."""
    return " ".join(filter(None, (result["headline"], damage(result))))


def damage(result: Mapping[str, Any]) -> str:
    """A sentence about frames that do not decode; empty where all do, and where nobody has looked."""
    undecoded = result.get("undecoded")
    return str(undecoded["told"]) if undecoded else ""


def worst_ms(result: Mapping[str, Any]) -> float:
    """The largest offset of a stretch that is told."""
    offsets: list[float] = [
        abs(offset)
        for stretch in result["timeline"]
        for offset in (stretch["offset_ms"], stretch["end_offset_ms"])
        if offset is not None
    ]
    return max(offsets, default=abs(float(result["score"]["offset_ms"] or 0.0)))
