"""Finding the jobs that a dead worker or a lost message left behind.

Every step is a conditional update, so any number of reapers may run at once.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from core.store.ids import now
from core.store.jobs import JobRepository
from core.store.models import Job, JobStatus, Worker

BATCH = 20


class ReapingRepository:
    """The SQL of the reaper. The caller commits, then sends the messages."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.jobs = JobRepository(session)

    def expire_leases(self, max_attempts: int, time_limit: timedelta) -> list[str]:
        """Ends or re-queues running jobs whose worker has gone silent; returns the ids to enqueue again."""
        expired = select(Job).where(Job.status == JobStatus.RUNNING, Job.lease_expires_at < now())
        mine = expired.order_by(Job.id).limit(BATCH).with_for_update(skip_locked=True)
        return [job.id for job in self.session.scalars(mine) if self._recover(job, max_attempts, time_limit)]

    def bury(self, worker: str) -> None:
        """Ends the leases of a worker that is known to be dead, so that its job need not wait for that."""
        held = update(Job).where(Job.worker == worker, Job.status == JobStatus.RUNNING)
        self.session.execute(held.values(lease_expires_at=now()))

    def find_lost(self, patience: timedelta, worker_silence: timedelta) -> Sequence[str]:
        """Returns queued jobs whose message must be lost, and notes that they are being enqueued again.

        A message that waits for its turn is not lost: only while a worker stands idle is a job that has been
        queued for longer than ``patience`` taken for forgotten.
        """
        if self._idle_workers(worker_silence) <= 0:
            return ()
        oldest = (
            select(Job.id)
            .where(Job.status == JobStatus.QUEUED, Job.enqueued_at < now() - patience)
            .order_by(Job.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        found = self.session.scalars(oldest).all()
        again = update(Job).where(Job.id.in_(found), Job.enqueued_at < now() - patience)
        return self.session.scalars(again.values(enqueued_at=now()).returning(Job.id)).all()

    def _idle_workers(self, silence: timedelta) -> int:
        alive = select(func.count()).where(Worker.seen_at > now() - silence)
        running = select(func.count()).where(Job.status == JobStatus.RUNNING)
        return self._count(alive) - self._count(running)

    def _count(self, query: Select[int]) -> int:
        return self.session.scalar(query) or 0

    def _recover(self, job: Job, max_attempts: int, time_limit: timedelta) -> bool:
        values: dict[str, object] = {"token": None, "lease_expires_at": None, "stage": None}
        error = _reason_to_fail(job, max_attempts, time_limit)
        if job.cancel_requested:
            values |= {"status": JobStatus.CANCELED, "finished_at": now()}
        elif error is not None:
            values |= {"status": JobStatus.FAILED, "finished_at": now(), "error": error}
        else:
            values |= {"status": JobStatus.QUEUED, "enqueued_at": now(), "progress": 0.0}
        statement = update(Job).where(
            Job.id == job.id,
            Job.token == job.token,
            Job.status == JobStatus.RUNNING,
            Job.lease_expires_at < now(),
        )
        if self.session.execute(statement.values(**values)).rowcount == 0:  # type: ignore[attr-defined]
            return False
        queued = values["status"] == JobStatus.QUEUED
        self.jobs.record(job.id, "status" if queued else "done", {"status": values["status"]})
        return queued


def _reason_to_fail(job: Job, max_attempts: int, time_limit: timedelta) -> dict[str, str] | None:
    if job.started_at is not None and now() - job.started_at > time_limit:
        return {"code": "timed_out", "detail": f"The job ran past its limit of {time_limit}."}
    if job.attempt >= max_attempts:
        return {
            "code": "worker_lost",
            "detail": f"The worker died during each of {job.attempt} attempts.",
            "remedy": "Look in the worker's log; the clip may need more memory than there is.",
        }
    return None
