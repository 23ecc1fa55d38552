"""Deletes expired jobs, media, uploads and keys, batch by batch, files before rows.

A crash in between leaves rows without files, which the next round removes; never files that no row names.
Any number of sweepers may run at once: each locks what it removes, and passes over what another has locked.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from liptune.core.store.database.models import (
    UNFINISHED,
    Artifact,
    IdempotencyKey,
    Job,
    Media,
    ResumableUpload,
    UploadPart,
)
from liptune.core.store.ids import now
from liptune.core.store.media import MediaRepository

BATCH = 50

Discard = Callable[[str], None]
Sweep = Callable[[Session, Discard], int]


def sweep_jobs(session: Session, discard: Discard) -> int:
    """Removes ended jobs, their artifacts and events; returns how many."""
    query = select(Job).where(Job.expires_at < now(), Job.status.not_in(UNFINISHED))
    found = _locked(session, query)
    for blob in session.scalars(select(Artifact.blob).where(Artifact.job_id.in_([job.id for job in found]))):
        discard(blob)
    return _delete(session, found)


def sweep_media(session: Session, discard: Discard) -> int:
    """Removes media that no unfinished job uses; returns how many."""
    busy = or_(Job.video_id == Media.id, Job.audio_id == Media.id), Job.status.in_(UNFINISHED)
    query = select(Media).where(Media.expires_at < now(), ~select(Job.id).where(*busy).exists())
    # A job may have been submitted between the query's snapshot and its locks; none can be from here on.
    repository = MediaRepository(session)
    found = [media for media in _locked(session, query) if not repository.in_use(media.id)]
    for media in found:
        discard(media.blob)
    return _delete(session, found)


def sweep_uploads(session: Session, discard: Discard) -> int:
    """Removes uploads that have stood still, and what has arrived of them; returns how many."""
    found = _locked(session, select(ResumableUpload).where(ResumableUpload.expires_at < now()))
    parts = select(UploadPart.blob).where(UploadPart.upload_id.in_([upload.id for upload in found]))
    for blob in session.scalars(parts):
        discard(blob)
    return _delete(session, found)


def sweep_keys(session: Session, _discard: Discard) -> int:
    """Removes idempotency keys that protect no more."""
    expired = delete(IdempotencyKey).where(IdempotencyKey.expires_at < now())
    session.execute(expired)
    return 0


SWEEPS: dict[str, Sweep] = {
    "jobs": sweep_jobs,
    "media": sweep_media,
    "uploads": sweep_uploads,
    "idempotency_keys": sweep_keys,
}


def _locked(session: Session, query: Select[Any]) -> list[Any]:
    return list(session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)))


def _delete(session: Session, rows: list[Any]) -> int:
    for row in rows:
        session.delete(row)
    return len(rows)
