"""One attempt at a job: from the claim to the row that says how it ended."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from core.errors import Canceled, LiptuneError, MediaUnreadable
from core.media.limits import media_limits
from core.options import parse_options
from core.settings import Settings
from core.store.attempts import AttemptRepository, Claim, Outcome
from core.store.models import JobStatus, Media
from core.store.store import Store
from worker.cache import open_cache
from worker.files import discard, keep
from worker.lease import AttemptLost, Lease
from worker.operations import Finished, find
from worker.progress import Reporter

log = structlog.get_logger(__name__)


def run_job(job_id: str, worker: str, store: Store, settings: Settings) -> None:
    """Claims the job and runs it; returns at once when there is nothing to claim."""
    with store.database.writing() as session:
        claim = AttemptRepository(session).claim(job_id, worker, settings.lease)
    if claim is None:
        log.info("claim_lost", job_id=job_id)
        return
    fields = {"job_id": job_id, "request_id": claim.request_id, "attempt": claim.attempt}
    with structlog.contextvars.bound_contextvars(**fields):
        log.info("job_started", operation=claim.operation)
        _run(claim, store, settings)


def _run(claim: Claim, store: Store, settings: Settings) -> None:
    try:
        with Lease(store.database, claim, settings) as lease:
            outcome = _attempt(claim, store, settings, lease)
    except AttemptLost:
        log.warning("attempt_lost")
        return
    with store.database.writing() as session:
        ended = AttemptRepository(session).finish(claim, outcome)
    if not ended:
        log.warning("attempt_lost")
        discard(store.blobs, outcome.artifacts)
        return
    log.info("job_ended", status=outcome.status, error=(outcome.error or {}).get("code"))


def _attempt(claim: Claim, store: Store, settings: Settings, lease: Lease) -> Outcome:
    try:
        with _folder(settings, claim) as folder:
            finished = _operate(claim, store, settings, Reporter(store.database, claim, lease), folder)
            artifacts = keep(store.blobs, claim, finished.artifacts)
            return Outcome(JobStatus.SUCCEEDED, result=finished.result, artifacts=artifacts)
    except AttemptLost:
        raise
    except Canceled:
        return Outcome(JobStatus.CANCELED)
    except SoftTimeLimitExceeded:
        return _failed("timed_out", f"The job ran past its limit of {settings.job_time_limit}.")
    except LiptuneError as error:
        log.info("job_refused", code=error.code, exc_info=True)
        return _failed(error.code, error.message, remedy=error.remedy, details=error.details)
    except Exception:
        log.exception("job_crashed")
        return _failed("internal", "Something went wrong inside the worker; its log says what.")


def _operate(claim: Claim, store: Store, settings: Settings, reporter: Reporter, folder: Path) -> Finished:
    operation = find(claim.operation)
    with ExitStack() as files:
        return operation(
            files.enter_context(store.blobs.local(_present(claim.video).blob)),
            files.enter_context(store.blobs.local(claim.audio.blob)) if claim.audio else None,
            parse_options(claim.operation, claim.options),
            output=folder,
            cache=open_cache(settings),
            progress=reporter,
            limits=media_limits(settings),
        )


def _present(video: Media | None) -> Media:
    if video is None:
        raise MediaUnreadable("The video was deleted before the job could run.")
    return video


def _failed(code: str, detail: str, **more: object) -> Outcome:
    return Outcome(JobStatus.FAILED, error={"code": code, "detail": detail, **more})


@contextmanager
def _folder(settings: Settings, claim: Claim) -> Iterator[Path]:
    """A folder for the attempt's files; what a killed attempt at the same job left goes first."""
    root = settings.data.resolve() / "work"
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"{claim.job_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=f"{claim.job_id}-", dir=root) as folder:
        yield Path(folder)
