"""``index.html``: many videos on one page, the worst first."""

from collections.abc import Sequence

from liptune.core.report.page import look, template
from liptune.core.report.rows import Row, found, kinds, worst_ms

PAGE = "index.html"
OUT_OF_SYNC, FAILED, NO_EVIDENCE, IN_SYNC = range(4)
_RANKS = {"out_of_sync": OUT_OF_SYNC, "no_evidence": NO_EVIDENCE, "in_sync": IN_SYNC}


def overview(rows: Sequence[Row]) -> str:
    """The page; ``link`` of a row leads to its report."""
    ordered = sorted(rows, key=badness)
    counted = {"kinds": kinds(rows), "total": len(rows)}
    return template("overview.html").render(rows=ordered, found=found, look=look(), **counted)


def badness(row: Row) -> tuple[int, float]:
    """What sorts the worst first: out of sync by how much, what could not be judged, then all else."""
    if row["error"]:
        return FAILED, 0.0
    score = row["result"]["score"]
    return _RANKS[score["verdict"]], -worst_ms(row["result"])
