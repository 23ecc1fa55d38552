"""Writes how far an attempt is, now and then, and hears whether it is to stop."""

from time import monotonic

import structlog
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.errors import Canceled
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.claims import AttemptRepository, Claim
from liptune.core.store.jobs.lease import AttemptLost

SECONDS_BETWEEN_WRITES = 0.5

log = structlog.get_logger(__name__)


class ProgressWriter:
    """Puts stage and progress on a job: a new stage at once, the same one twice a second at the most."""

    def __init__(self, database: Database, claim: Claim) -> None:
        self._database = database
        self._claim = claim
        self._stage = ""
        self._written = 0.0

    def write(self, stage: str, fraction: float) -> None:
        """Raises Canceled when the owner wants that, AttemptLost when the job is another's now.

        While the database does not answer, nothing is written and nobody is stopped.
        """
        if stage == self._stage and monotonic() - self._written < SECONDS_BETWEEN_WRITES:
            return
        self._stage, self._written = stage, monotonic()
        try:
            self._write(stage, min(max(fraction, 0.0), 1.0))
        except SQLAlchemyError:
            log.warning("progress_not_written", exc_info=True)

    def _write(self, stage: str, fraction: float) -> None:
        with self._database.writing() as session:
            attempts = AttemptRepository(session)
            held = attempts.report(self._claim, stage, fraction)
            canceled = attempts.cancel_requested(self._claim)
        if not held:
            raise AttemptLost
        if canceled:
            raise Canceled("The job was canceled.")
