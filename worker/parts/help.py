"""Helps with a part of another worker's job, when no job of one's own waits."""

import structlog

from liptune.core.settings import Settings
from liptune.core.store.jobs.claims import Claim
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.parts import PartClaim, PartRepository
from liptune.core.store.store import Store
from liptune.worker.observation import observed
from liptune.worker.parts.films import open_film
from liptune.worker.parts.hold import Hold
from liptune.worker.parts.made import make

log = structlog.get_logger(__name__)


def help_out(queue: str, worker: str, store: Store, settings: Settings) -> bool:
    """Looks at the next part of a job of the queue that runs elsewhere; False where there is none.

    What goes wrong is only told to the log: the job's own worker does the part, and fails of it if it must.
    """
    with store.database.writing() as session:
        found = PartRepository(session).take_any(queue, worker, settings.max_attempts, settings.lease)
    if found is None:
        return False
    part, claim = found
    with structlog.contextvars.bound_contextvars(job_id=claim.job_id, part=part.number):
        log.info("part_begun")
        try:
            _help(part, claim, store, settings)
        except AttemptLost:
            log.info("part_not_wanted")
        except Exception:
            log.warning("part_given_back", exc_info=True)
            with store.database.writing() as session:
                PartRepository(session).give_back(part)
        else:
            log.info("part_done")
    return True


def _help(part: PartClaim, claim: Claim, store: Store, settings: Settings) -> None:
    with (
        Hold(store.database, part, settings) as hold,
        observed(store.database, claim) as observation,
        open_film(claim, store, settings, observation, hold) as opened,
    ):
        if opened is not None:
            film, _ = opened
            observation.enter("analyse")
            make(film, part, store.database, hold)
