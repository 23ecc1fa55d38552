"""Whose turn it is: of the jobs that wait in a queue, the one to run next.

Interactive jobs come before those of batches. Among jobs of one priority it is the turn of the owner with
the fewest jobs running, then of the one for whom a job was begun longest ago: who sends a thousand jobs does
not make the next one's wait for all of them. An owner's own jobs run in the order of their submission.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from liptune.core.store.database.models import Job, JobStatus
from liptune.core.store.ids import now


def next_job(session: Session, queue: str) -> str | None:
    """The id of the job whose turn it is, its row locked where the database locks rows; None without one."""
    waits = Job.stands(JobStatus.QUEUED), Job.queue == queue, Job.enqueued_at <= now()
    own = aliased(Job)
    running = select(func.count()).where(own.owner == Job.owner, own.status == JobStatus.RUNNING)
    begun = select(func.max(own.claimed_at)).where(own.owner == Job.owner)
    owners = (
        select(Job.owner, Job.priority)
        .where(*waits)
        .group_by(Job.owner, Job.priority)
        .order_by(
            Job.priority,
            running.correlate(Job).scalar_subquery(),
            begun.correlate(Job).scalar_subquery().asc().nulls_first(),
            func.min(Job.id),
        )
    )
    for owner, priority in session.execute(owners).all():
        first = select(Job.id).where(*waits, Job.owner == owner, Job.priority == priority).order_by(Job.id)
        job_id = session.scalar(first.limit(1).with_for_update(skip_locked=True))
        if job_id is not None:
            return job_id
    return None
