"""Queries for the metrics: jobs by status, queue depth and age, workers, stored bytes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from liptune.core.settings import JOB_QUEUES, WEBHOOKS
from liptune.core.store.database.models import (
    UNFINISHED,
    Batch,
    Job,
    JobStatus,
    Webhook,
    WebhookStatus,
    Worker,
)
from liptune.core.store.ids import now
from liptune.core.store.tallies import BYTES, JOBS, TallyRepository

KINDS = ("media", "artifacts", "uploads")


@dataclass(frozen=True)
class Waiting:
    """A queue's depth, and how long the one that has waited longest has done so."""

    count: int
    seconds: float


class GaugeRepository:
    """Queries for the metrics. They change nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def jobs(self) -> dict[tuple[str, str], int]:
        """Jobs by operation and status."""
        totals = TallyRepository(self.session).totals(JOBS)
        named = ((*label.partition("/")[::2], count) for label, count in totals.items())
        return {(operation, status): count for operation, status, count in named}

    def queues(self) -> dict[str, Waiting]:
        """What waits in every queue."""
        queued = select(Job.queue, func.count(), func.min(Job.created_at)).group_by(Job.queue)
        rows = self.session.execute(queued.where(Job.stands(JobStatus.QUEUED)))
        found = {queue: _waiting(count, since) for queue, count, since in rows}
        jobs = {queue: found.get(queue, Waiting(0, 0.0)) for queue in JOB_QUEUES}
        return jobs | {WEBHOOKS: self._webhooks()}

    def workers(self, silence: timedelta) -> int:
        """Workers that have lately been heard of."""
        return self.session.scalar(select(func.count()).where(Worker.seen_at > now() - silence)) or 0

    def stored_bytes(self) -> dict[str, int]:
        """Bytes in storage, by what they are."""
        return dict.fromkeys(KINDS, 0) | TallyRepository(self.session).totals(BYTES)

    def _webhooks(self) -> Waiting:
        of_jobs = select(func.count(), func.min(Job.finished_at)).join(Webhook, Webhook.job_id == Job.id)
        of_batches = select(func.count(), func.min(Batch.finished_at))
        of_batches = of_batches.join(Webhook, Webhook.batch_id == Batch.id).where(
            Webhook.batch_id.is_not(None)
        )
        ended = of_jobs.where(Job.status.not_in(UNFINISHED)), of_batches.where(Batch.finished_at.is_not(None))
        pending = [query.where(Webhook.status == WebhookStatus.PENDING) for query in ended]
        waiting = [_waiting(*self.session.execute(query).one()) for query in pending]
        return Waiting(sum(each.count for each in waiting), max(each.seconds for each in waiting))


def _waiting(count: int, since: datetime | None) -> Waiting:
    return Waiting(count, max(0.0, (now() - since).total_seconds()) if since else 0.0)
