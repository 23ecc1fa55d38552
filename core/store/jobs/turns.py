"""Whose turn it is: of the jobs that wait in a queue, the one to run next.

Interactive jobs come before those of batches. Among jobs of one priority it is the turn of the owner with
the fewest jobs running, then of the one for whom a job was begun longest ago: who sends a thousand jobs does
not make the next one's wait for all of them. An owner's own jobs run in the order of their submission.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from liptune.core.store.database.models import Job, JobStatus
from liptune.core.store.ids import now

LONGEST_PUT_OFF = timedelta(minutes=5)
"""A job that is to wait for longer does so by a clock that has been set back since."""


def next_job(session: Session, queue: str) -> str | None:
    """The id of the job whose turn it is, its row locked where the database locks rows; None without one."""
    waits = Job.stands(JobStatus.QUEUED), Job.queue == queue, _due()
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


def anybody_waits(session: Session, queue: str) -> bool:
    """Whether a job of the queue could be begun; locks none, so that nobody who would begin it misses it."""
    waits = Job.stands(JobStatus.QUEUED), Job.queue == queue, _due()
    return session.scalar(select(Job.id).where(*waits).limit(1)) is not None


def others_wait(session: Session, job_id: str, patience: timedelta) -> bool:
    """Whether a job of another owner that would come before this one has waited in its queue for so long."""
    mine = aliased(Job)
    waits = Job.stands(JobStatus.QUEUED), _due(), Job.enqueued_at < now() - patience
    before = Job.queue == mine.queue, Job.priority <= mine.priority, Job.owner != mine.owner
    query = select(Job.id).join(mine, mine.id == job_id).where(*waits, *before)
    return session.scalar(query.limit(1)) is not None


def _due() -> ColumnElement[bool]:
    """That a job is not put off."""
    return or_(Job.enqueued_at <= now(), Job.enqueued_at > now() + LONGEST_PUT_OFF)
