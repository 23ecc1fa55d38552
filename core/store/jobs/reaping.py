"""Finding the jobs that a dead worker or a lost message left behind.

Every step is a conditional update, so any number of reapers may run at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from liptune.core.settings import JOB_QUEUES
from liptune.core.store.batches.ends import lock_batches
from liptune.core.store.database.models import Job, JobStatus
from liptune.core.store.ids import now
from liptune.core.store.jobs.claims import kept_of_parts
from liptune.core.store.jobs.repository import DONE, JobRepository
from liptune.core.store.workers import WorkerRepository

BATCH = 20


@dataclass(frozen=True)
class Waiting:
    """A job to be enqueued again."""

    job_id: str
    queue: str


class ReapingRepository:
    """The SQL of the reaper. The caller commits, then sends the messages."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.jobs = JobRepository(session)

    def expire_leases(self, max_attempts: int, time_limit: timedelta) -> list[Waiting]:
        """Ends or re-queues running jobs whose worker has gone silent; returns those to enqueue again."""
        expired = select(Job).where(Job.stands(JobStatus.RUNNING), Job.lease_expires_at < now())
        mine = expired.order_by(Job.lease_expires_at).limit(BATCH).with_for_update(skip_locked=True)
        jobs = self.session.scalars(mine).all()
        lock_batches(self.session, [job.batch_id for job in jobs])
        return [Waiting(job.id, job.queue) for job in jobs if self._recover(job, max_attempts, time_limit)]

    def bury(self, worker: str) -> None:
        """Ends the leases of a worker that is known to be dead, so that its job need not wait for that."""
        held = update(Job).where(Job.worker == worker, Job.stands(JobStatus.RUNNING))
        self.session.execute(held.values(lease_expires_at=now()))

    def bury_attempt(self, worker: str, message: str) -> None:
        """Ends the lease of the job that this message made the worker run: its process is dead."""
        held = update(Job).where(Job.worker == worker, Job.message == message, Job.stands(JobStatus.RUNNING))
        self.session.execute(held.values(lease_expires_at=now()))

    def find_lost(self, patience: timedelta, worker_silence: timedelta) -> Sequence[Waiting]:
        """Returns queued jobs whose message must be lost, and notes that they are being enqueued again.

        A message that waits for its turn is not lost: only while a worker of its queue stands idle is a job
        that has been queued for longer than ``patience`` taken for forgotten.
        """
        before, workers = now() - patience, WorkerRepository(self.session)
        return [
            waiting
            for queue in JOB_QUEUES
            if workers.free(queue, worker_silence)
            for waiting in self._lost(queue, before)
        ]

    def _lost(self, queue: str, before: datetime) -> list[Waiting]:
        """Those of one queue, in the order in which they were last enqueued: the index's own."""
        waits = Job.stands(JobStatus.QUEUED), Job.queue == queue, Job.enqueued_at < before
        oldest = select(Job.id).where(*waits).order_by(Job.enqueued_at).limit(BATCH)
        found = self.session.scalars(oldest.with_for_update(skip_locked=True)).all()
        again = update(Job).where(Job.id.in_(found), *waits).values(enqueued_at=now())
        return [Waiting(job_id, queue) for job_id in self.session.scalars(again.returning(Job.id))]

    def _recover(self, job: Job, max_attempts: int, time_limit: timedelta) -> bool:
        values: dict[str, object] = {"token": None, "lease_expires_at": None}
        error = _reason_to_fail(job, max_attempts, time_limit)
        if job.cancel_requested:
            values |= {"status": JobStatus.CANCELED, "stage": None, "finished_at": now(), "to_fetch": None}
        elif error is not None:
            values |= {"status": JobStatus.FAILED, "stage": None, "finished_at": now(), "to_fetch": None}
            values["error"] = error
        else:
            values |= {"status": JobStatus.QUEUED, "enqueued_at": now(), "started_at": None}
            values |= kept_of_parts()
        statement = update(Job).where(
            Job.id == job.id,
            Job.token == job.token,
            Job.status == JobStatus.RUNNING,
            Job.lease_expires_at < now(),
        )
        if self.session.execute(statement.values(**values)).rowcount == 0:  # type: ignore[attr-defined]
            return False
        queued = values["status"] == JobStatus.QUEUED
        self.jobs.record(job.id, "status" if queued else DONE, {"status": values["status"]})
        return queued


def _reason_to_fail(job: Job, max_attempts: int, time_limit: timedelta) -> dict[str, str] | None:
    if job.claimed_at is not None and now() - job.claimed_at > time_limit:
        return {"code": "timed_out", "detail": f"The job ran past its limit of {time_limit}."}
    if job.attempt >= max_attempts:
        return {
            "code": "worker_lost",
            "detail": f"The worker died during each of {job.attempt} attempts.",
            "remedy": "Look in the worker's log; the clip may need more memory than there is.",
        }
    return None
