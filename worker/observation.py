"""Records an attempt's stages as a trace, and its counts in the database."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.engines.batches import BATCHES
from liptune.core.store.counters import CounterRepository
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.claims import Claim
from liptune.core.tracing import begin, continued

if TYPE_CHECKING:
    from opentelemetry.trace import Span

log = structlog.get_logger(__name__)


class Observation:
    """Counts, and the stage that is going on. One an attempt."""

    def __init__(self, operation: str) -> None:
        self.counts: defaultdict[tuple[str, tuple[str, ...]], float] = defaultdict(float)
        self._operation = operation
        self._stage: tuple[str, float, Span] | None = None

    def enter(self, stage: str) -> None:
        """Says which stage the work is at, as often as one likes."""
        if self._stage is None or self._stage[0] != stage:
            self.leave()
            self._stage = stage, monotonic(), begin(stage)

    def leave(self) -> None:
        """Ends the stage that is going on, if any."""
        if self._stage is not None:
            stage, started, span = self._stage
            span.end()
            self.count("stage_seconds", self._operation, stage, amount=monotonic() - started)
            self.count("stage_runs", self._operation, stage)
            self._stage = None

    def count_batches(self) -> None:
        """Adds what the engines of this process embedded since it was last asked."""
        for (engine, branch, windows), calls in BATCHES.take().items():
            self.count("batch_windows", engine, branch, str(windows), amount=calls)

    def count(self, name: str, *labels: str, amount: float = 1) -> None:
        """Adds to a counter."""
        self.counts[name, labels] += amount


@contextmanager
def observed(database: Database, claim: Claim) -> Iterator[Observation]:
    """Observes an attempt; what was counted is kept even where it failed."""
    observation = Observation(claim.operation)
    attributes: dict[str, str | int] = {
        "liptune.job": claim.job_id,
        "liptune.attempt": claim.attempt,
        "liptune.queue": claim.queue,
    }
    with continued(f"job {claim.operation}", claim.traceparent, attributes):
        try:
            yield observation
        finally:
            observation.leave()
            observation.count_batches()
    try:
        with database.writing() as session:
            CounterRepository(session).add(observation.counts)
    except SQLAlchemyError:
        log.warning("counts_not_kept", exc_info=True)
