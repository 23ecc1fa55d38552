"""Submits, reads, cancels and deletes batches. Everything here blocks: call it from a thread."""

from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy.orm import Session

from liptune.api import cursor as id_cursor
from liptune.api.batches import cursor
from liptune.api.batches.checking import checked_items, media_ids
from liptune.api.batches.making import fingerprint, names_of, queued_batch, queued_jobs
from liptune.api.batches.schemas import BatchDetail, BatchPage, BatchResource, ItemResource
from liptune.api.batches.submission import Submission
from liptune.api.errors import BatchFinished, TooManyBatches
from liptune.api.idempotency import Reservation, complete, replayed
from liptune.api.jobs.making import checked_options
from liptune.api.services import Services
from liptune.api.usage.quota import require_bytes
from liptune.api.webhooks import service as webhooks
from liptune.core.errors import NotFound
from liptune.core.settings import GPU
from liptune.core.store.batches.items import ItemFilter, ItemRepository
from liptune.core.store.batches.repository import BatchRepository
from liptune.core.store.database.models import Batch
from liptune.core.store.media import MediaRepository
from liptune.core.store.sweeping import BATCH as SWEPT_AT_ONCE
from liptune.core.store.sweeping import clear_batch
from liptune.core.store.usage import UsageRepository

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asked:
    """Who asks for a batch, under which names."""

    owner: str
    request_id: str
    reservation: Reservation | None


def check(services: Services, submission: Submission) -> Submission:
    """Returns the submission with every option filled in; raises as `api.jobs.service.check` does."""
    wanted = submission.wanted
    checked: dict[str, Any] = {"options": checked_options(wanted.operation, wanted.options)}
    if wanted.webhook is not None:
        checked["webhook"] = webhooks.check(services, wanted.webhook)
    return replace(submission, wanted=wanted.model_copy(update=checked))


def submit(services: Services, asked: Asked, submission: Submission) -> tuple[BatchResource, list[str]]:
    """Inserts a checked batch with a job for each item, all in one transaction.

    Returns it and the ids of those jobs that are to be sent to the workers; or the batch that the idempotency
    key already has, and none.

    Raises:
        ItemsRefused: Some items cannot be done; none is taken.
        TooManyBatches: The owner has as many unfinished ones as he may.
        QuotaExceeded: The owner stores more than he may.
    """
    wanted = submission.wanted
    with services.store.database.writing() as session:
        media = MediaRepository(session).lock_all(media_ids(wanted.items), asked.owner)
        requests = checked_items(services, submission, media)
        print_of_it = fingerprint(wanted, requests, media)
        if (known := replayed(session, asked.reservation, print_of_it)) is not None:
            return _shown(session, session.get_one(Batch, known.batch_id)), []
        _require_room(session, services, asked.owner)
        batch = queued_batch(services, asked.owner, wanted)
        names = names_of(wanted, media)
        jobs = queued_jobs(services, batch, zip(names, requests, strict=True), asked.request_id)
        BatchRepository(session).add(batch, jobs)
        if wanted.webhook is not None:
            webhooks.keep(session, wanted.webhook, batch_id=batch.id)
        complete(session, asked.reservation, print_of_it, batch_id=batch.id)
    log.info("batch_queued", batch_id=batch.id, operation=batch.operation, items=len(jobs))
    return read(services, asked.owner, batch.id), [job.id for job in jobs if job.queue == GPU]


def find(services: Services, owner: str, batch_id: str) -> Batch:
    """Returns the owner's batch, or raises NotFound."""
    with services.store.database.reading() as session:
        return _found(session, owner, batch_id)


def read(services: Services, owner: str, batch_id: str) -> BatchResource:
    """Returns the owner's batch as it is shown, without its items."""
    with services.store.database.reading() as session:
        return _shown(session, _found(session, owner, batch_id))


def page(services: Services, owner: str, before: str | None, limit: int) -> BatchPage:
    """Returns one page of batches, and the cursor of the next."""
    older_than = id_cursor.decode(before) if before is not None else None
    with services.store.database.reading() as session:
        batches = BatchRepository(session)
        found = batches.page(owner, older_than, limit + 1)
        counts = batches.counts([batch.id for batch in found[:limit]])
    shown = [BatchResource.show(batch, counts[batch.id]) for batch in found[:limit]]
    return BatchPage(items=shown, next_cursor=id_cursor.following([batch.id for batch in found], limit))


def detail(services: Services, owner: str, batch_id: str, wanted: ItemFilter, limit: int) -> BatchDetail:
    """Returns the batch with one page of its items, and the cursor of the next."""
    with services.store.database.reading() as session:
        batch = _found(session, owner, batch_id)
        counts = BatchRepository(session).counts([batch_id])[batch_id]
        found = ItemRepository(session).page(batch_id, wanted, limit + 1)
    shown = [ItemResource.show(job) for _, job in found[:limit]]
    further = cursor.encode(found[limit - 1][0]) if len(found) > limit else None
    return BatchDetail.show(batch, counts, items=shown, next_cursor=further)


def cancel(services: Services, owner: str, batch_id: str) -> BatchResource:
    """Ends what is queued and asks what runs to stop; raises BatchFinished on a batch that has ended."""
    if find(services, owner, batch_id).finished_at is not None:
        raise BatchFinished("The batch has already ended.")
    _cancel(services, batch_id)
    return read(services, owner, batch_id)


def delete(services: Services, owner: str, batch_id: str) -> None:
    """Ends the batch and removes its jobs with their files; what still runs goes once it has stopped."""
    find(services, owner, batch_id)
    _cancel(services, batch_id)
    with services.store.database.writing() as session:
        BatchRepository(session).forget(batch_id)
    removed = SWEPT_AT_ONCE
    while removed >= SWEPT_AT_ONCE:
        with services.store.database.writing() as session:
            removed = clear_batch(session, batch_id, services.store.blobs.delete)


def _cancel(services: Services, batch_id: str) -> None:
    asked = True
    while asked:
        with services.store.database.writing() as session:
            asked = BatchRepository(session).cancel_some(batch_id) > 0


def _found(session: Session, owner: str, batch_id: str) -> Batch:
    batch = BatchRepository(session).get(batch_id, owner)
    if batch is None:
        raise NotFound(f"There is no batch {batch_id[:64]!r}.")
    return batch


def _shown(session: Session, batch: Batch) -> BatchResource:
    return BatchResource.show(batch, BatchRepository(session).counts([batch.id])[batch.id])


def _require_room(session: Session, services: Services, owner: str) -> None:
    limit, usage = services.settings.max_batches_in_flight, UsageRepository(session)
    usage.lock(owner)
    if usage.unfinished_batches(owner) >= limit:
        raise TooManyBatches(
            f"At most {limit} batches may be unfinished.", remedy="Wait for one to end, or cancel one."
        )
    require_bytes(session, services, owner, 0)
