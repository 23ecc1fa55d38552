"""Decides what an attempt's end means (done, failed, handed over, put off) and records it."""

from dataclasses import dataclass
from datetime import timedelta
from time import sleep

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.errors import DiskFull, LiptuneError, StorageUnavailable
from liptune.core.media.write.staging import FULL
from liptune.core.settings import Settings
from liptune.core.store.database.models import JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from liptune.core.store.jobs.lease import Lease
from liptune.core.store.store import Store
from liptune.worker.artifacts import discard, discard_others

RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class HandOver:
    """The step is done; the next waits in another queue."""

    queue: str


@dataclass(frozen=True)
class PutOff:
    """What the attempt needs is away; another may succeed after ``delay``."""

    delay: timedelta


Ending = Outcome | HandOver | PutOff


def ending_of(error: Exception, claim: Claim, settings: Settings) -> Ending:
    """What an error means for the job; what it says of the inside stays in the log."""
    match error:
        case SoftTimeLimitExceeded():
            return _failed("timed_out", f"The job ran past its limit of {settings.job_time_limit}.")
        case StorageUnavailable():
            return _postponed(error, claim, settings)
        case DiskFull():
            return _postponed(_no_room(), claim, settings)
        case OSError() if error.errno in FULL:
            return _postponed(_no_room(), claim, settings)
        case LiptuneError():
            log.info("job_refused", code=error.code, details=error.details, exc_info=error)
            return _failed(error.code, error.message, remedy=error.remedy, details=error.details)
    log.error("job_crashed", exc_info=error)
    return _failed("internal", "Something went wrong inside the worker; its log says what.")


def _no_room() -> StorageUnavailable:
    return StorageUnavailable("The worker's disk is full.")


def _postponed(error: StorageUnavailable, claim: Claim, settings: Settings) -> Ending:
    """Another attempt, later each time; failure once there have been enough."""
    log.warning("storage_unavailable", exc_info=error)
    if claim.attempt >= settings.max_attempts:
        return _failed(error.code, error.message, remedy=error.remedy)
    return PutOff(claim.pause)


def _failed(code: str, detail: str, **more: object) -> Outcome:
    return Outcome(JobStatus.FAILED, error={"code": code, "detail": detail, **more})


def end(claim: Claim, ending: Ending, store: Store, lease: Lease) -> str | None:
    """Writes the ending, as soon as the database can be written; returns the queue to send the job to.

    Raises:
        AttemptLost: Another attempt has the job.
    """
    while True:
        lease.check()
        try:
            return _write(claim, ending, store)
        except SQLAlchemyError:
            log.warning("ending_not_written", exc_info=True)
            sleep(RETRY_SECONDS)


def _write(claim: Claim, ending: Ending, store: Store) -> str | None:
    match ending:
        case HandOver(queue):
            with store.database.writing() as session:
                waits = AttemptRepository(session).hand_over(claim, queue)
            log.info("job_handed_over", queue=queue)
            return queue if waits else None
        case PutOff(delay):
            with store.database.writing() as session:
                AttemptRepository(session).put_off(claim, delay)
            log.warning("job_put_off", seconds=delay.total_seconds())
        case Outcome():
            _finish(claim, ending, store)
    return None


def _finish(claim: Claim, outcome: Outcome, store: Store) -> None:
    with store.database.writing() as session:
        ended = AttemptRepository(session).finish(claim, outcome)
    if not ended:
        log.warning("attempt_lost")
        discard(store.blobs, outcome.artifacts)
        return
    log.info("job_ended", status=outcome.status, error=(outcome.error or {}).get("code"))
    try:
        discard_others(store.blobs, claim, outcome.artifacts)
    except StorageUnavailable:
        log.warning("files_left_behind", exc_info=True)
