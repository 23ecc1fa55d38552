"""Keeps what is written of a batch's jobs in one order, and finds out when the last of them has ended.

Whoever changes how jobs of a batch stand has locked the jobs first, then locks the batch, in the order of
ids where there are several: so nobody waits in a circle.
"""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from liptune.core.store.database.models import UNFINISHED, Batch, Job
from liptune.core.store.ids import now


def lock_batches(session: Session, batch_ids: Iterable[str | None]) -> None:
    """Makes others who would write of these batches wait until the transaction ends; None is passed over."""
    for batch_id in sorted({each for each in batch_ids if each is not None}):
        mine = select(Batch.id).where(Batch.id == batch_id)
        session.execute(mine.with_for_update(key_share=True))


def finish_batch(session: Session, batch_id: str) -> None:
    """Notes that the batch, which is locked, has ended, if none of its jobs is unfinished."""
    left = select(Job.id).where(Job.batch_id == batch_id, Job.status.in_(UNFINISHED)).limit(1)
    if session.scalar(left) is None:
        open_still = update(Batch).where(Batch.id == batch_id, Batch.finished_at.is_(None))
        session.execute(open_still.values(finished_at=now()))
