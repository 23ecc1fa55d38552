"""Helps with the parts of another worker's job, while no job of one's own waits."""

import structlog

from liptune.core.settings import Settings
from liptune.core.store.jobs.claims import Claim
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.parts import PartClaim, PartRepository
from liptune.core.store.store import Store
from liptune.worker.observation import observed
from liptune.worker.parts.films import open_film, part_of
from liptune.worker.parts.hold import Hold

log = structlog.get_logger(__name__)


def help_out(queue: str, worker: str, store: Store, settings: Settings) -> bool:
    """Looks at parts of a job of the queue that runs elsewhere; False where there are none.

    What goes wrong is only told to the log: the job's own worker does the part, and fails of it if it must.
    """
    helper = _Helper(queue, worker, store, settings)
    part = helper.next()
    if part is None:
        return False
    with store.database.reading() as session:
        claim = PartRepository(session).job_of(part)
    with structlog.contextvars.bound_contextvars(job_id=claim.job_id, request_id=claim.request_id):
        helper.work(part, claim)
    return True


class _Helper:
    """A worker that is free."""

    def __init__(self, queue: str, worker: str, store: Store, settings: Settings) -> None:
        self._queue = queue
        self._worker = worker
        self._store = store
        self._settings = settings

    def next(self, job_id: str | None = None) -> PartClaim | None:
        """Takes a part of this job, or of any."""
        with self._store.database.writing() as session:
            return PartRepository(session).take_any(
                self._queue, self._worker, self._settings.max_attempts, self._settings.lease, job_id
            )

    def work(self, part: PartClaim, claim: Claim) -> None:
        """Looks at the part, and at more of the same job: its files are here."""
        with Hold(self._store.database, part, self._settings) as hold:
            try:
                self._work(part, hold, claim)
            except AttemptLost:
                log.info("part_not_wanted")
            except Exception:
                log.warning("part_given_back", exc_info=True)
                hold.give_back()

    def _work(self, part: PartClaim, hold: Hold, claim: Claim) -> None:
        with (
            observed(self._store.database, claim) as observation,
            open_film(claim, self._store, self._settings, observation, hold) as opened,
        ):
            if opened is None:
                return
            film, _ = opened
            observation.enter("analyse")
            following: PartClaim | None = part
            while following is not None:
                hold.take(following)
                hold.finish(film.make(part_of(following.stretch), hold))
                log.info("part_done", part=following.number)
                following = self.next(claim.job_id)
