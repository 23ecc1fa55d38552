"""Writes a job's progress to the database; raises Canceled where its owner asks for that."""

from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.claims import ANALYSE, AttemptRepository, Claim
from liptune.core.store.jobs.lease import AttemptLost, Lease
from liptune.core.store.jobs.progress import ProgressWriter
from liptune.worker.observation import Observation

log = structlog.get_logger(__name__)


BEGINNING = "probe", ANALYSE
"""The stages that an attempt goes through again, whatever one before it has done."""


class Reporter:
    """The `core.progress.Progress` of an attempt. Where one before it has looked at parts of the picture, it
    goes on from there.
    """

    def __init__(self, database: Database, claim: Claim, lease: Lease, observation: Observation) -> None:
        self._database = database
        self._claim = claim
        self._lease = lease
        self.observation = observation
        self._writer = ProgressWriter(database, claim)

    def __call__(self, stage: str, fraction: float, /) -> None:
        """Raises Canceled when the owner wants that, AttemptLost when the job is another's now."""
        self.check()
        self.observation.enter(stage)
        done = self._claim.analysed
        if done is not None and stage in BEGINNING:
            stage, fraction = ANALYSE, max(done, fraction if stage == ANALYSE else 0.0)
        self._writer.write(stage, fraction)

    def check(self) -> None:
        """Raises AttemptLost when the job is another's now."""
        self._lease.check()

    def foresee(self, losses: list[dict[str, Any]]) -> None:
        """Puts what the copy will lack on the job. Raises AttemptLost when that is another's now."""
        try:
            with self._database.writing() as session:
                held = AttemptRepository(session).foresee(self._claim, losses)
        except SQLAlchemyError:
            log.warning("losses_not_written", exc_info=True)
        else:
            if not held:
                raise AttemptLost
