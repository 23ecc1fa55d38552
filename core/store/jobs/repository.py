"""Queries by which owners submit, read, list, cancel and delete their jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from liptune.core.settings import FETCH
from liptune.core.store.batches.ends import finish_batch, lock_batches
from liptune.core.store.database.columns import storable
from liptune.core.store.database.models import UNFINISHED, Artifact, Job, JobEvent, JobStatus
from liptune.core.store.ids import first_id, now

PROGRESS = "progress"
"""The kind of event that tells how far a job is."""
DONE = "done"
"""The kind of a job's last event."""
STANDINGS = frozenset({"status", DONE})
"""The kinds that change how its batch stands."""
APART = timedelta(minutes=1)
"""More than a job's id and the time of its creation are from each other."""


@dataclass(frozen=True)
class JobFilter:
    """Which jobs to list. ``before``: only those older than the job of this id.

    ``labels``: what their metadata must hold. ``single``: only those of no batch.
    """

    operation: str | None = None
    status: str | None = None
    created_after: datetime | None = None
    before: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    single: bool = False


class JobRepository:
    """The SQL of submitting, reading and ending jobs. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, job: Job) -> None:
        """Inserts a queued job."""
        self.session.add(job)
        self.session.flush()
        self.record(job.id, "status", {"status": job.status})

    def get(self, job_id: str, owner: str) -> Job | None:
        """Returns the owner's job of this id."""
        if not storable(job_id):
            return None
        query = select(Job).where(Job.id == job_id, Job.owner == owner).options(lazyload(Job.artifacts))
        job = self.session.scalar(query)
        if job is not None:
            self._load_artifacts(job)
        return job

    def _load_artifacts(self, job: Job) -> None:
        """Asks for them only where there can be some: a job that runs is asked for often."""
        query = select(Artifact).where(Artifact.job_id == job.id).order_by(Artifact.position)
        found = [] if job.status in UNFINISHED else self.session.scalars(query).all()
        set_committed_value(job, "artifacts", found)

    def page(self, owner: str, wanted: JobFilter, limit: int) -> Sequence[Job]:
        """Returns up to ``limit`` jobs, newest first."""
        texts = wanted.operation or "", *(text for label in wanted.labels for text in label)
        if not all(map(storable, texts)):
            return ()
        query = select(Job).where(Job.owner == owner).order_by(Job.id.desc()).limit(limit)
        if wanted.operation is not None:
            query = query.where(Job.operation == wanted.operation)
        if wanted.status is not None:
            query = query.where(Job.status == wanted.status)
        if wanted.created_after is not None:
            since = first_id(wanted.created_after - APART)
            query = query.where(Job.created_at > wanted.created_after, Job.id >= since)
        if wanted.single:
            query = query.where(Job.batch_id.is_(None))
        if wanted.before is not None:
            query = query.where(Job.id < wanted.before)
        for key, value in wanted.labels:
            query = query.where(Job.labels[key].as_string() == value)
        return self.session.scalars(query).all()

    def any_waits_for_media(self) -> bool:
        """Tells whether the media of any job are to be fetched now."""
        due = Job.stands(JobStatus.QUEUED), Job.queue == FETCH, Job.enqueued_at <= now()
        return self.session.scalar(select(Job.id).where(*due).limit(1)) is not None

    def cancel(self, job_id: str) -> bool:
        """Ends a queued job, or asks the worker of a running one to stop. False if it has ended."""
        queued = update(Job).where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        ended = {
            "status": JobStatus.CANCELED,
            "cancel_requested": True,
            "finished_at": now(),
            "to_fetch": None,
        }
        if self._changes(queued.values(**ended)):
            self.record(job_id, DONE, {"status": JobStatus.CANCELED})
            return True
        running = update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING)
        return self._changes(running.values(cancel_requested=True))

    def delete(self, job: Job) -> None:
        """Removes the row and what refers to it; its files are the caller's."""
        self.session.delete(job)

    def events(self, job_id: str, after: int, limit: int = 500) -> Sequence[JobEvent]:
        """Returns the job's events behind the one numbered ``after``, in order."""
        query = select(JobEvent).where(JobEvent.job_id == job_id, JobEvent.id > after)
        return self.session.scalars(query.order_by(JobEvent.id).limit(limit)).all()

    def record(self, job_id: str, kind: str, payload: dict[str, Any]) -> None:
        """Appends to the job's events; its last one may be the end of its batch too."""
        batch_id = self._batch_of(job_id) if kind in STANDINGS else None
        lock_batches(self.session, [batch_id])
        event = JobEvent(job_id=job_id, batch_id=batch_id, kind=kind, payload=payload, created_at=now())
        self.session.add(event)
        if batch_id is not None and kind == DONE:
            finish_batch(self.session, batch_id)

    def _batch_of(self, job_id: str) -> str | None:
        return self.session.scalar(select(Job.batch_id).where(Job.id == job_id))

    def _changes(self, statement: Any) -> bool:
        return self.session.execute(statement).rowcount == 1  # type: ignore[attr-defined, no-any-return]
