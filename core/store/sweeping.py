"""Deletes expired jobs, batches, media, uploads and keys, and what nobody needs of the rest, batch by batch.

Files go before rows.

A crash in between leaves rows without files, which the next round removes; never files that no row names.
Any number of sweepers may run at once: each locks what it removes, and passes over what another has locked.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from liptune.core.store.batches.ends import finish_batch
from liptune.core.store.database.models import (
    UNFINISHED,
    Artifact,
    Batch,
    IdempotencyKey,
    Job,
    JobEvent,
    Media,
    ResumableUpload,
    UploadPart,
)
from liptune.core.store.ids import now
from liptune.core.store.jobs.repository import PROGRESS
from liptune.core.store.media import MediaRepository
from liptune.core.store.tallies import TallyRepository

BATCH = 50
EVENTS_AT_ONCE = 5000
PROGRESS_KEPT = timedelta(hours=1)
"""After a job's end, for whoever was cut off while he watched."""

Discard = Callable[[str], None]
Sweep = Callable[[Session, Discard], int]


def sweep_jobs(session: Session, discard: Discard) -> int:
    """Removes ended jobs, their artifacts and events; returns how many."""
    expired = Job.expires_at < now(), Job.status.not_in(UNFINISHED)
    return _remove_jobs(session, select(Job.id).where(*expired).order_by(Job.expires_at), discard)


def _remove_jobs(session: Session, query: Select[Any], discard: Discard) -> int:
    found = _locked(session, query)
    for blob in session.scalars(select(Artifact.blob).where(Artifact.job_id.in_(found))):
        discard(blob)
    session.execute(delete(Job).where(Job.id.in_(found)))
    return len(found)


def sweep_batches(session: Session, discard: Discard) -> int:
    """Removes batches of which every job has ended, and these; returns how much it was, or BATCH for more."""
    busy = select(Job.id).where(Job.batch_id == Batch.id, Job.status.in_(UNFINISHED)).exists()
    expired = select(Batch.id).where(Batch.expires_at < now(), ~busy).order_by(Batch.expires_at)
    removed = 0
    for batch_id in _locked(session, expired):
        removed += clear_batch(session, batch_id, discard)
        if removed >= BATCH:
            return BATCH
    return removed


def finish_batches(session: Session, _discard: Discard) -> int:
    """Ends batches whose last job was ended by a release that knew of none; returns how many."""
    busy = select(Job.id).where(Job.batch_id == Batch.id, Job.status.in_(UNFINISHED)).exists()
    found = _locked(session, select(Batch.id).where(Batch.finished_at.is_(None), ~busy))
    for batch_id in found:
        finish_batch(session, batch_id)
    return len(found)


def clear_batch(session: Session, batch_id: str, discard: Discard) -> int:
    """Removes up to BATCH ended jobs of the batch, and itself where it has no other; returns how much."""
    mine = Job.batch_id == batch_id
    removed = _remove_jobs(session, select(Job.id).where(mine, Job.status.not_in(UNFINISHED)), discard)
    if session.scalar(select(Job.id).where(mine).limit(1)) is None:
        session.execute(delete(Batch).where(Batch.id == batch_id))
        removed += 1
    return removed


def sweep_events(session: Session, _discard: Discard) -> int:
    """Removes how far ended jobs have been at each moment; returns the number of jobs, or BATCH for more."""
    ended = ~Job.trimmed, Job.finished_at < now() - PROGRESS_KEPT
    found = _locked(session, select(Job.id).where(*ended).order_by(Job.finished_at))
    passed = select(JobEvent.id).where(JobEvent.job_id.in_(found), JobEvent.kind == PROGRESS)
    events = session.scalars(passed.limit(EVENTS_AT_ONCE)).all()
    session.execute(delete(JobEvent).where(JobEvent.id.in_(events)))
    if len(events) == EVENTS_AT_ONCE:
        return BATCH
    session.execute(update(Job).where(Job.id.in_(found)).values(trimmed=True))
    return len(found)


def sweep_media(session: Session, discard: Discard) -> int:
    """Removes media that no unfinished job uses; returns how many."""
    named = or_(Job.video_id == Media.id, Job.audio_id == Media.id, Job.gallery_id == Media.id)
    busy = named, Job.status.in_(UNFINISHED)
    idle = select(Media).where(Media.expires_at < now(), ~select(Job.id).where(*busy).exists())
    query = idle.order_by(Media.expires_at)
    # A job may have been submitted between the query's snapshot and its locks; none can be from here on.
    repository = MediaRepository(session)
    found = [media for media in _locked(session, query) if not repository.in_use(media.id)]
    for media in found:
        discard(media.blob)
    return _delete(session, found)


def sweep_uploads(session: Session, discard: Discard) -> int:
    """Removes uploads that have stood still, and what has arrived of them; returns how many."""
    expired = select(ResumableUpload).where(ResumableUpload.expires_at < now())
    found = _locked(session, expired.order_by(ResumableUpload.expires_at))
    parts = select(UploadPart.blob).where(UploadPart.upload_id.in_([upload.id for upload in found]))
    for blob in session.scalars(parts):
        discard(blob)
    return _delete(session, found)


def sweep_keys(session: Session, _discard: Discard) -> int:
    """Removes idempotency keys that protect no more; returns how many."""
    expired = select(IdempotencyKey).where(IdempotencyKey.expires_at < now())
    return _delete(session, _locked(session, expired.order_by(IdempotencyKey.expires_at)))


def fold_tallies(session: Session, _discard: Discard) -> int:
    """Puts one row in the place of many; returns by how many there are fewer."""
    return TallyRepository(session).fold()


SWEEPS: dict[str, Sweep] = {
    "events": sweep_events,
    "jobs": sweep_jobs,
    "ended_batches": finish_batches,
    "batches": sweep_batches,
    "media": sweep_media,
    "uploads": sweep_uploads,
    "idempotency_keys": sweep_keys,
    "tallies": fold_tallies,
}


def _locked(session: Session, query: Select[Any]) -> list[Any]:
    return list(session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)))


def _delete(session: Session, rows: list[Any]) -> int:
    for row in rows:
        session.delete(row)
    return len(rows)
