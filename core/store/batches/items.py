"""The jobs of a batch, in the order of their items or the worst first, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, select, tuple_
from sqlalchemy.orm import Session, defer, lazyload

from liptune.core.store.database.models import Job, JobStatus

RANK = case(
    (and_(Job.status == JobStatus.SUCCEEDED, Job.verdict == "out_of_sync"), 0),
    (Job.status == JobStatus.FAILED, 1),
    (and_(Job.status == JobStatus.SUCCEEDED, Job.verdict == "no_evidence"), 2),
    (Job.status == JobStatus.SUCCEEDED, 3),
    (Job.status == JobStatus.RUNNING, 4),
    (Job.status == JobStatus.QUEUED, 5),
    else_=6,
)
"""As `core.report.overview.badness`, and behind it what is not known yet, or never will be."""
WORST = RANK, -func.coalesce(Job.worst_ms, 0.0), Job.item


@dataclass(frozen=True)
class Place:
    """Where an item stands in the order: its rank, the opposite of its worst offset in ms, its number."""

    rank: int
    ahead: float
    item: int


@dataclass(frozen=True)
class ItemFilter:
    """Which items: of one status, behind a place; the ``worst`` first, or in the order of their numbers."""

    worst: bool = True
    status: str | None = None
    after: Place | None = None


class ItemRepository:
    """The SQL of a batch's items, without their results. It changes nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def page(self, batch_id: str, wanted: ItemFilter, limit: int) -> list[tuple[Place, Job]]:
        """Returns up to ``limit`` jobs, each with its place."""
        query = select(Job.id, *WORST).where(Job.batch_id == batch_id)
        if wanted.status is not None:
            query = query.where(Job.status == wanted.status)
        found = self.session.execute(_ordered(query, wanted).limit(limit)).all()
        jobs = self.named([job_id for job_id, *_ in found])
        return [(Place(*place), jobs[job_id]) for job_id, *place in found if job_id in jobs]

    def named(self, job_ids: Collection[str]) -> dict[str, Job]:
        """The jobs of these ids that are there, by them."""
        bare = select(Job).where(Job.id.in_(job_ids)).options(defer(Job.result), lazyload(Job.artifacts))
        return {job.id: job for job in self.session.scalars(bare)}

    def whole(self, batch_id: str, after: int, limit: int) -> Sequence[Job]:
        """Returns jobs with their results, those behind the item numbered ``after``, in their order."""
        query = select(Job).where(Job.batch_id == batch_id, Job.item > after)
        return self.session.scalars(query.order_by(Job.item).limit(limit)).all()


def _ordered(query: Select[Any], wanted: ItemFilter) -> Select[Any]:
    order, after = (WORST if wanted.worst else (Job.item,)), wanted.after
    if after is not None:
        place = (after.rank, after.ahead, after.item)[-len(order) :]
        query = query.where(tuple_(*order) > tuple_(*place))
    return query.order_by(*order)
