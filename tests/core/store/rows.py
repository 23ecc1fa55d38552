"""Rows with everything that a column demands."""

from datetime import timedelta
from typing import Any

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Job, Media
from liptune.core.store.ids import new_id, now
from liptune.core.store.jobs.repository import JobRepository


def a_media(**columns: Any) -> Media:
    defaults: dict[str, Any] = {
        "id": new_id(),
        "owner": "me",
        "sha256": new_id(),
        "bytes": 1,
        "media_type": "video/mp4",
        "blob": "media/x",
        "facts": {"video": {"codec": "h264"}, "audio": None},
        "created_at": now(),
        "expires_at": now() + timedelta(days=1),
    }
    return Media(**defaults | columns)


def a_job(**columns: Any) -> Job:
    defaults: dict[str, Any] = {
        "id": new_id(),
        "owner": "me",
        "operation": "measure",
        "options": {},
        "created_at": now(),
        "enqueued_at": now(),
        "expires_at": now() + timedelta(days=1),
    }
    return Job(**defaults | columns)


def insert_job(database: Database, **columns: Any) -> str:
    job = a_job(**columns)
    with database.writing() as session:
        JobRepository(session).add(job)
    return job.id


def read_job(database: Database, job_id: str) -> Job:
    with database.reading() as session:
        return session.get_one(Job, job_id)
