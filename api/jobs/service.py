"""Submits, reads, cancels and deletes jobs. Everything here blocks: call it from a thread."""

from dataclasses import replace

import structlog
from sqlalchemy.orm import Session

from liptune.api import cursor
from liptune.api.errors import JobFinished, JobUnfinished, TooManyJobs
from liptune.api.idempotency import Reservation, complete, replayed
from liptune.api.jobs.fingerprint import fingerprint
from liptune.api.jobs.making import MEDIA, checked_options, checked_urls, queued_job, urls_of
from liptune.api.jobs.media import require_picture, require_streams
from liptune.api.jobs.schemas import JobPage, JobRequest, JobResource, UrlSource
from liptune.api.services import Services
from liptune.api.usage.quota import require_bytes
from liptune.api.webhooks import service as webhooks
from liptune.core.errors import NotFound
from liptune.core.operations.table import require_given
from liptune.core.settings import GPU
from liptune.core.store.database.models import UNFINISHED, Artifact, Job, Media
from liptune.core.store.jobs.repository import JobFilter, JobRepository
from liptune.core.store.media import MediaRepository
from liptune.core.store.usage import UsageRepository

log = structlog.get_logger(__name__)


def check(services: Services, wanted: JobRequest) -> JobRequest:
    """Returns the request with every option filled in.

    Raises:
        InvalidRequest: There is no such operation.
        UnknownOption, InvalidOption: The options are not the operation's.
        EngineUnavailable: The engine's weights are missing.
        WebhookRefused: The webhook may not be sent there, or cannot be signed.
        UrlRefused: Nothing may be fetched from there.
    """
    options = checked_options(wanted.operation, wanted.options)
    if wanted.webhook is not None:
        wanted = wanted.model_copy(update={"webhook": webhooks.check(services, wanted.webhook)})
    return wanted.model_copy(update={"options": options, **checked_urls(services, wanted)})


def submit(
    services: Services, owner: str, wanted: JobRequest, reservation: Reservation | None, request_id: str
) -> Job:
    """Inserts a checked job and enqueues it, or returns the one that the idempotency key already has."""
    with services.store.database.writing() as session:
        video, audio, gallery = (_lock(session, owner, name, wanted) for name in MEDIA)
        require_given(wanted.operation, wanted.audio, wanted.gallery)
        require_streams(video, audio, wanted.options, to_come=urls_of(wanted))
        require_picture(gallery)
        print_of_it = fingerprint(wanted, video, audio, gallery)
        if (known := replayed(session, reservation, print_of_it)) is not None:
            return session.get_one(Job, known.job_id)
        _require_room(session, services, owner)
        require_bytes(session, services, owner, 0)
        job = queued_job(services, owner, wanted, request_id)
        JobRepository(session).add(job)
        if wanted.webhook is not None:
            webhooks.keep(session, wanted.webhook, job_id=job.id)
        complete(session, reservation, print_of_it, job_id=job.id)
    log.info("job_queued", job_id=job.id, operation=job.operation, queue=job.queue)
    if job.queue == GPU:
        services.queue.send(job.id)
    return find(services, owner, job.id)


def find(services: Services, owner: str, job_id: str) -> Job:
    """Returns the owner's job, or raises NotFound."""
    with services.store.database.reading() as session:
        return _found(JobRepository(session).get(job_id, owner), job_id)


def page(services: Services, owner: str, wanted: JobFilter, limit: int) -> JobPage:
    """Returns one page, and the cursor of the next."""
    before = cursor.decode(wanted.before) if wanted.before is not None else None
    with services.store.database.reading() as session:
        jobs = JobRepository(session).page(owner, replace(wanted, before=before), limit + 1)
    shown = [JobResource.show(job) for job in jobs[:limit]]
    return JobPage(items=shown, next_cursor=cursor.following([job.id for job in jobs], limit))


def cancel(services: Services, owner: str, job_id: str) -> Job:
    """Ends a queued job, asks a running one to stop; raises JobFinished on one that has ended."""
    with services.store.database.writing() as session:
        jobs = JobRepository(session)
        job = _found(jobs.get(job_id, owner), job_id)
        if not jobs.cancel(job_id):
            raise JobFinished(f"The job has already ended: {job.status}.")
    return find(services, owner, job_id)


def delete(services: Services, owner: str, job_id: str) -> None:
    """Removes a job that has ended, and its files."""
    with services.store.database.writing() as session:
        jobs = JobRepository(session)
        job = _found(jobs.get(job_id, owner), job_id)
        if job.status in UNFINISHED:
            raise JobUnfinished(f"The job is still {job.status}.", remedy="Cancel it first.")
        artifacts = list(job.artifacts)
        jobs.delete(job)
    for artifact in artifacts:
        services.store.blobs.delete(artifact.blob)


def artifact(services: Services, owner: str, job_id: str, name: str) -> Artifact:
    """Returns one of the job's files, or raises NotFound."""
    job = find(services, owner, job_id)
    for made in job.artifacts:
        if made.name == name:
            return made
    raise NotFound(f"The job has no artifact {name[:64]!r}.")


def _found(job: Job | None, job_id: str) -> Job:
    if job is None:
        raise NotFound(f"There is no job {job_id[:64]!r}.")
    return job


def _lock(session: Session, owner: str, field: str, wanted: JobRequest) -> Media | None:
    """The media that the request names there; None where it names none, or a URL."""
    media_id = getattr(wanted, field)
    if media_id is None or isinstance(media_id, UrlSource):
        return None
    media = MediaRepository(session).lock(media_id, owner)
    if media is None:
        raise NotFound(f"There is no media {media_id[:64]!r}.", details={"field": field})
    return media


def _require_room(session: Session, services: Services, owner: str) -> None:
    limit, usage = services.settings.max_jobs_in_flight, UsageRepository(session)
    usage.lock(owner)
    if sum(usage.unfinished(owner).values()) >= limit:
        raise TooManyJobs(
            f"At most {limit} jobs may be unfinished.", remedy="Wait for one to end, or cancel one."
        )
