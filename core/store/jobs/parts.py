"""Queries for the parts that a job's picture is looked at in: planned, taken, kept, done.

Whoever is free takes the next: the job's own worker, and any worker of its queue for which no job waits. Each
step is an update on a condition, so a part is one's at a time; a lease that runs out leaves it to the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from liptune.core.store.database.models import UNFINISHED, Job, JobPart, JobStatus
from liptune.core.store.ids import new_id, now
from liptune.core.store.jobs.claims import AttemptRepository, Claim
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.turns import anybody_waits


@dataclass(frozen=True)
class Stretch:
    """Analysis frames ``begin`` to ``end`` of a picture, None for its end; see `JobPart`."""

    begin: int
    end: int | None
    phase_seconds: float


@dataclass(frozen=True)
class PartClaim:
    """The right to look at a part, until its lease runs out."""

    job_id: str
    number: int
    token: str
    stretch: Stretch


class PartRepository:
    """The SQL of parts. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, job_id: str) -> Sequence[JobPart]:
        """All parts of the job, in order."""
        query = select(JobPart).where(JobPart.job_id == job_id).order_by(JobPart.number)
        return self.session.scalars(query).all()

    def plan(self, claim: Claim, stretches: Iterable[Stretch]) -> None:
        """Puts these in the place of the job's parts. Raises AttemptLost when the job is another's now."""
        mine = select(Job.id).where(Job.id == claim.job_id, Job.token == claim.token)
        if self.session.scalar(mine.with_for_update()) is None:
            raise AttemptLost
        self.session.execute(delete(JobPart).where(JobPart.job_id == claim.job_id))
        self.session.add_all(
            JobPart(
                job_id=claim.job_id,
                number=number,
                begin=each.begin,
                end=each.end,
                phase_seconds=each.phase_seconds,
            )
            for number, each in enumerate(stretches)
        )

    def take_own(self, job_id: str, lease: timedelta) -> PartClaim | None:
        """Takes the first part of the job that nobody helps with, for the worker that has the job.

        What an attempt before this one had begun is free: it has lost the job.
        """
        free = or_(JobPart.worker.is_(None), _is_free())
        query = select(JobPart).where(JobPart.job_id == job_id, ~JobPart.done, free)
        return self._take(query.order_by(JobPart.number), free, None, lease)

    def take_any(
        self, queue: str, worker: str, most_tries: int, lease: timedelta, job_id: str | None = None
    ) -> PartClaim | None:
        """Takes the next part of a job that runs in the queue: of this one, else of that with fewest helpers.

        A part that has been begun ``most_tries`` times is left to the job's own worker. None when there is
        none, or a job waits in the queue: those come first.
        """
        if anybody_waits(self.session, queue):
            return None
        other = aliased(JobPart)
        helpers = select(func.count()).where(
            other.job_id == JobPart.job_id, ~other.done, other.lease_expires_at > now()
        )
        runs = Job.stands(JobStatus.RUNNING), Job.queue == queue, Job.cancel_requested.is_(False)
        free = _is_free()
        query = (
            select(JobPart)
            .join(Job, Job.id == JobPart.job_id)
            .where(~JobPart.done, free, JobPart.tries < most_tries, *runs)
            .order_by(helpers.correlate(JobPart).scalar_subquery(), JobPart.job_id, JobPart.number)
        )
        if job_id is not None:
            query = query.where(JobPart.job_id == job_id)
        return self._take(query, free, worker, lease)

    def job_of(self, part: PartClaim) -> Claim:
        """The part's job, as it is told to who helps with it."""
        job = self.session.get_one(Job, part.job_id)
        return AttemptRepository(self.session).describe(job, part.token)

    def renew(self, part: PartClaim, progress: float, lease: timedelta) -> bool:
        """Extends the lease; False where the part is another's, or nobody wants it any more."""
        wanted = select(Job.id).where(
            Job.id == part.job_id, Job.status.in_(UNFINISHED), Job.cancel_requested.is_(False)
        )
        mine = _held(part), wanted.exists()
        return self._changes(mine, lease_expires_at=now() + lease, progress=progress)

    def finish(self, part: PartClaim, tail: int | None) -> bool:
        """Notes that the part is done, and that those behind it up to frame ``tail``, the picture's end if
        that is None, have nothing to be looked for. False where it was another's.
        """
        if not self._changes((_held(part),), done=True, **_NOBODY):
            return False
        later = JobPart.job_id == part.job_id, JobPart.number > part.number, ~JobPart.done
        covered = later if tail is None else (*later, JobPart.end <= tail)
        self.session.execute(update(JobPart).where(*covered).values(done=True, **_NOBODY))
        return True

    def give_back(self, part: PartClaim) -> None:
        """Leaves the part to others, if it is not another's already."""
        self._changes((_held(part),), **_NOBODY)

    def reopen(self, job_id: str, number: int) -> None:
        """Has a part looked at again: what was seen in it is not there any more."""
        here = JobPart.job_id == job_id, JobPart.number == number
        self.session.execute(update(JobPart).where(*here).values(done=False, progress=0.0, **_NOBODY))

    def _take(
        self, query: Any, free: ColumnElement[bool], worker: str | None, lease: timedelta
    ) -> PartClaim | None:
        found = self.session.scalar(query.limit(1).with_for_update(skip_locked=True, of=JobPart))
        if found is None:
            return None
        stretch = Stretch(found.begin, found.end, found.phase_seconds)
        part = PartClaim(found.job_id, found.number, new_id(), stretch)
        here = JobPart.job_id == part.job_id, JobPart.number == part.number, ~JobPart.done, free
        held = {"token": part.token, "worker": worker, "lease_expires_at": now() + lease}
        return part if self._changes(here, progress=0.0, tries=JobPart.tries + 1, **held) else None

    def _changes(self, where: Iterable[ColumnElement[bool]], **values: Any) -> bool:
        changed = self.session.execute(update(JobPart).where(*where).values(**values))
        return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]


_NOBODY: dict[str, Any] = {"token": None, "worker": None, "lease_expires_at": None}


def _is_free() -> ColumnElement[bool]:
    return or_(JobPart.lease_expires_at.is_(None), JobPart.lease_expires_at < now())


def _held(part: PartClaim) -> ColumnElement[bool]:
    here = (JobPart.job_id == part.job_id) & (JobPart.number == part.number)
    return here & (JobPart.token == part.token) & ~JobPart.done
