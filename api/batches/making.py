"""What a batch is made of: its row, a job for each item, and what it means."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from liptune.api.batches.schemas import BatchRequest, ItemRequest
from liptune.api.jobs.fingerprint import content_of, digest_of
from liptune.api.jobs.making import queued_job
from liptune.api.jobs.schemas import JobRequest, UrlSource
from liptune.api.services import Services
from liptune.api.uploads.names import display_name
from liptune.core.store.database.models import Batch, Job, Media
from liptune.core.store.ids import new_id, now

MediaById = Mapping[str, Media]


def queued_batch(services: Services, owner: str, wanted: BatchRequest) -> Batch:
    """The row of a batch that begins."""
    return Batch(
        id=new_id(),
        owner=owner,
        operation=wanted.operation,
        options=wanted.options,
        labels=wanted.metadata,
        created_at=now(),
        expires_at=now() + services.settings.retention,
    )


def queued_jobs(
    services: Services, batch: Batch, named: Iterable[tuple[str, JobRequest]], request_id: str
) -> list[Job]:
    """The rows of its jobs, from the name and the request of each item."""
    return [
        queued_job(services, batch.owner, wanted, request_id, batch_id=batch.id, item=number, name=name)
        for number, (name, wanted) in enumerate(named)
    ]


def names_of(wanted: BatchRequest, media: MediaById) -> list[str]:
    """What the items are called."""
    return [item.name or _name(item, media) for item in wanted.items]


def _name(item: ItemRequest, media: MediaById) -> str:
    """The name that the file was uploaded with, or has in its URL; without one the media's id or the host."""
    if isinstance(item.video, UrlSource):
        url = urlsplit(item.video.url)
        return display_name(unquote(url.path)) or url.netloc[:255]
    return media[item.video].filename or item.video


def fingerprint(wanted: BatchRequest, requests: Sequence[JobRequest], media: MediaById) -> str:
    """SHA-256 of operation, options, items, webhook URL and metadata: the same for JSON and JSON lines."""
    told = wanted.webhook.url if wanted.webhook else None
    items = [[*_contents(job, media), item.name] for job, item in zip(requests, wanted.items, strict=True)]
    return digest_of(["batch", wanted.operation, wanted.options, items, told, wanted.metadata])


def _contents(job: JobRequest, media: MediaById) -> list[str | None]:
    return [
        content_of(given, media.get(given) if isinstance(given, str) else None)
        for given in (job.video, job.audio)
    ]
