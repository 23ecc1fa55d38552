"""Queries by which owners submit, read, list, cancel and delete batches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from liptune.core.store.batches.ends import finish_batch, lock_batches
from liptune.core.store.database.columns import storable
from liptune.core.store.database.models import (
    UNFINISHED,
    Batch,
    IdempotencyKey,
    Job,
    JobEvent,
    JobStatus,
    Webhook,
)
from liptune.core.store.ids import now

CANCELED_AT_ONCE = 100


@dataclass(frozen=True)
class Counts:
    """How many of a batch's jobs stand where, and how many of those that succeeded have which verdict."""

    statuses: Mapping[str, int]
    verdicts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All jobs that it has."""
        return sum(self.statuses.values())

    def by_status(self) -> dict[str, int]:
        """Of every status, how many, and the total."""
        return {"total": self.total} | {status.value: self.statuses.get(status, 0) for status in JobStatus}

    @property
    def progress(self) -> float:
        """The share that has ended, 0 to 1; 1 of none."""
        unfinished = sum(self.statuses.get(status, 0) for status in UNFINISHED)
        return 1.0 - unfinished / self.total if self.total else 1.0


class BatchRepository:
    """The SQL of batches. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, batch: Batch, jobs: Sequence[Job]) -> None:
        """Inserts a batch and its queued jobs."""
        self.session.add(batch)
        self.session.flush()
        self.session.add_all(jobs)
        self.session.flush()
        payload: dict[str, Any] = {"status": JobStatus.QUEUED}
        told = [
            JobEvent(job_id=job.id, batch_id=batch.id, kind="status", payload=payload, created_at=now())
            for job in jobs
        ]
        self.session.add_all(told)

    def get(self, batch_id: str, owner: str) -> Batch | None:
        """Returns the owner's batch of this id."""
        if not storable(batch_id):
            return None
        mine = Batch.id == batch_id, Batch.owner == owner, ~Batch.deleted
        return self.session.scalar(select(Batch).where(*mine))

    def page(self, owner: str, before: str | None, limit: int) -> Sequence[Batch]:
        """Returns up to ``limit`` batches, newest first; only those older than ``before``."""
        query = select(Batch).where(Batch.owner == owner, ~Batch.deleted)
        if before is not None:
            query = query.where(Batch.id < before)
        return self.session.scalars(query.order_by(Batch.id.desc()).limit(limit)).all()

    def counts(self, batch_ids: Collection[str]) -> dict[str, Counts]:
        """How the jobs of these batches stand, by the batch."""
        how = Job.batch_id, Job.status, Job.verdict
        query = select(*how, func.count()).where(Job.batch_id.in_(batch_ids)).group_by(*how)
        rows = self.session.execute(query).all()
        return {batch_id: _counts([row[1:] for row in rows if row[0] == batch_id]) for batch_id in batch_ids}

    def events(self, batch_id: str, after: int, limit: int) -> Sequence[JobEvent]:
        """Returns what changed how the batch stands, behind the event numbered ``after``, in order."""
        query = select(JobEvent).where(JobEvent.batch_id == batch_id, JobEvent.id > after)
        return self.session.scalars(query.order_by(JobEvent.id).limit(limit)).all()

    def last_event(self, batch_id: str) -> int:
        """Returns the number of the last change of how the batch stands, 0 without one."""
        query = select(JobEvent.id).where(JobEvent.batch_id == batch_id).order_by(JobEvent.id.desc())
        return self.session.scalar(query.limit(1)) or 0

    def cancel_some(self, batch_id: str) -> int:
        """Ends queued jobs, asks running ones to stop, `CANCELED_AT_ONCE` at the most; returns how many."""
        wanted = Job.batch_id == batch_id, Job.status.in_(UNFINISHED), ~Job.cancel_requested
        first = select(Job.id, Job.status).where(*wanted).order_by(Job.id).limit(CANCELED_AT_ONCE)
        found = self.session.execute(first.with_for_update()).all()
        asked = update(Job).where(Job.id.in_([job_id for job_id, _ in found]))
        self.session.execute(asked.values(cancel_requested=True))
        self._end(batch_id, [job_id for job_id, status in found if status == JobStatus.QUEUED])
        return len(found)

    def _end(self, batch_id: str, queued: Sequence[str]) -> None:
        ended = {"status": JobStatus.CANCELED, "finished_at": now(), "to_fetch": None}
        self.session.execute(update(Job).where(Job.id.in_(queued)).values(**ended))
        lock_batches(self.session, [batch_id])
        payload: dict[str, Any] = {"status": JobStatus.CANCELED}
        told = [
            JobEvent(job_id=job_id, batch_id=batch_id, kind="done", payload=payload, created_at=now())
            for job_id in queued
        ]
        self.session.add_all(told)
        finish_batch(self.session, batch_id)

    def forget(self, batch_id: str) -> None:
        """Hides the batch, tells nobody of its end, and lets it be swept with all that is left of it."""
        gone = {"deleted": True, "expires_at": now()}
        self.session.execute(update(Batch).where(Batch.id == batch_id).values(**gone))
        for owned in (Webhook, IdempotencyKey):
            self.session.execute(delete(owned).where(owned.batch_id == batch_id))


def _counts(rows: Sequence[Any]) -> Counts:
    statuses, verdicts = dict[str, int](), dict[str, int]()
    for status, verdict, count in rows:
        statuses[status] = statuses.get(status, 0) + count
        if verdict is not None:
            verdicts[verdict] = verdicts.get(verdict, 0) + count
    return Counts(statuses, verdicts)
