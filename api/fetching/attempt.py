"""One attempt to fetch a job's media: from the claim to the job that waits to be run, or has failed."""

from threading import Event

import structlog

from liptune.api.jobs.media import require_picture, require_streams
from liptune.api.media.service import accept_fetched
from liptune.api.services import Services
from liptune.api.uploads.names import display_name, media_type
from liptune.api.uploads.receive import Upload
from liptune.core.errors import Canceled, LiptuneError, StorageUnavailable, UnsupportedMediaType
from liptune.core.internet.download import Download, Limits
from liptune.core.media.write.staging import FULL
from liptune.core.store.database.models import JobStatus, Media
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from liptune.core.store.jobs.lease import AttemptLost, Lease
from liptune.core.store.jobs.progress import ProgressWriter

STAGE = "fetch"
UNNAMED_TYPE = "application/octet-stream"

log = structlog.get_logger(__name__)


class Stopping(Event):
    """Set when the service is to end."""


class _Stopped(Exception):
    """The service is ending; the job is another's to fetch for."""


def fetch(services: Services, claim: Claim, stopping: Stopping) -> None:
    """Fetches what the job has yet to fetch, and lets it wait for a worker; how it went is in the job."""
    try:
        with Lease(services.store.database, claim, services.settings) as lease:
            _attempt(services, claim, _Reporter(services, claim, lease, stopping))
    except AttemptLost:
        log.warning("attempt_lost")
    except _Stopped:
        with services.store.database.writing() as session:
            AttemptRepository(session).hand_over(claim, claim.queue)


def _attempt(services: Services, claim: Claim, reporter: "_Reporter") -> None:
    try:
        brought = {name: _bring(services, claim, url, reporter) for name, url in claim.to_fetch.items()}
        require_streams(brought.get("video", claim.video), brought.get("audio", claim.audio), claim.options)
        require_picture(brought.get("gallery", claim.gallery))
    except (AttemptLost, _Stopped):
        raise
    except Canceled:
        _end(services, claim, Outcome(JobStatus.CANCELED))
    except StorageUnavailable as error:
        _postpone(services, claim, error)
    except LiptuneError as error:
        log.info("fetch_refused", code=error.code)
        _end(services, claim, _failed(error))
    except OSError as error:
        if error.errno not in FULL:
            raise
        _postpone(services, claim, StorageUnavailable("The disk is full."))
    except Exception:
        log.exception("fetch_crashed")
        _end(services, claim, _failed(LiptuneError("Something went wrong inside the service.")))
    else:
        _bring_on(services, claim, {name: media.id for name, media in brought.items()})


def _bring(services: Services, claim: Claim, url: str, reporter: "_Reporter") -> Media:
    settings = services.settings
    limits = Limits(settings.max_upload_bytes, settings.fetch_time_limit.total_seconds())
    download = Download(
        url,
        services.store.blobs.create,
        limits,
        allow_internal=settings.fetch_allow_internal,
        heartbeat=reporter,
    )
    done = download.run()
    upload = Upload(done.writer, limits.bytes, _type(done.media_type), display_name(done.filename))
    try:
        return accept_fetched(services, claim.owner, upload)
    finally:
        done.writer.discard()


def _type(declared: str | None) -> str:
    """What the server says where it may be true; storage servers often know no better."""
    try:
        return media_type(declared)
    except UnsupportedMediaType:
        return UNNAMED_TYPE


def _bring_on(services: Services, claim: Claim, media: dict[str, str]) -> None:
    with services.store.database.writing() as session:
        waits = AttemptRepository(session).bring(claim, media)
    log.info("media_fetched", media=media)
    if waits:
        services.queue.send(claim.job_id)


def _postpone(services: Services, claim: Claim, error: StorageUnavailable) -> None:
    log.warning("storage_unavailable", exc_info=error)
    if claim.attempt >= services.settings.max_attempts:
        _end(services, claim, _failed(error))
        return
    with services.store.database.writing() as session:
        AttemptRepository(session).put_off(claim, claim.pause)


def _end(services: Services, claim: Claim, outcome: Outcome) -> None:
    with services.store.database.writing() as session:
        AttemptRepository(session).finish(claim, outcome)


def _failed(error: LiptuneError) -> Outcome:
    told = {"code": error.code, "detail": error.message, "remedy": error.remedy, "details": error.details}
    return Outcome(JobStatus.FAILED, error=told)


class _Reporter:
    """Writes down how much has arrived, and hears whether to go on."""

    def __init__(self, services: Services, claim: Claim, lease: Lease, stopping: Stopping) -> None:
        self._writer = ProgressWriter(services.store.database, claim)
        self._lease = lease
        self._stopping = stopping

    def __call__(self, share: float) -> None:
        self._lease.check()
        if self._stopping.is_set():
            raise _Stopped
        self._writer.write(STAGE, share)
