"""The table: one row for each kind of tampering and competitor."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.retiming.trials import Trial

HEADER = (
    f"{'tampering':<20} {'search':<14} {'clips':>5} {'before':>7} {'after':>7} {'±1 frame':>9} "
    f"{'not worse':>9} {'untouched':>9} {'reversals':>9}"
)


@dataclass(frozen=True)
class Row:
    """Means over clips; ``not_worse``, ``untouched``: shares of clips."""

    family: str
    search: str
    clips: int
    before_ms: float
    after_ms: float
    within: float
    not_worse: float
    untouched: float
    reversals: float

    def __str__(self) -> str:
        return (
            f"{self.family:<20} {self.search:<14} {self.clips:>5} {self.before_ms:>5.1f}ms "
            f"{self.after_ms:>5.1f}ms {self.within:>9.1%} {self.not_worse:>9.1%} {self.untouched:>9.1%} "
            f"{self.reversals:>9.1%}"
        )


def rows_of(trials: list[Trial]) -> Iterator[Row]:
    """One row for each pair of family and search, in the order of the trials."""
    for family, search in dict.fromkeys((t.family, t.search) for t in trials):
        chosen = [t for t in trials if (t.family, t.search) == (family, search)]
        yield Row(
            family,
            search,
            len(chosen),
            float(np.mean([t.before_ms for t in chosen])),
            float(np.mean([t.after_ms for t in chosen])),
            float(np.mean([t.within for t in chosen])),
            float(np.mean([t.after_ms <= t.before_ms + 1e-9 for t in chosen])),
            float(np.mean([t.untouched for t in chosen])),
            float(np.mean([t.reversals for t in chosen])),
        )


def as_json(rows: list[Row]) -> list[dict[str, object]]:
    """JSON-ready rows."""
    return [asdict(row) for row in rows]
