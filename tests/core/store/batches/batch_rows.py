"""Batches with jobs that stand as a test wants them."""

from datetime import timedelta
from typing import Any

from liptune.core.store.batches.repository import BatchRepository
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Batch
from liptune.core.store.ids import new_id, now
from tests.core.store.rows import a_job


def insert_batch(database: Database, *items: dict[str, Any], **columns: Any) -> tuple[str, list[str]]:
    """A batch with a job for each of ``items``, which are columns; returns their ids."""
    defaults: dict[str, Any] = {
        "id": new_id(),
        "owner": "me",
        "operation": "measure",
        "options": {},
        "created_at": now(),
        "expires_at": now() + timedelta(days=1),
    }
    batch = Batch(**defaults | columns)
    named = {"batch_id": batch.id, "owner": batch.owner}
    jobs = [a_job(**named, item=number, name=f"{number}.mp4", **item) for number, item in enumerate(items)]
    with database.writing() as session:
        BatchRepository(session).add(batch, jobs)
    return batch.id, [job.id for job in jobs]


def read_batch(database: Database, batch_id: str) -> Batch | None:
    with database.reading() as session:
        return session.get(Batch, batch_id)
