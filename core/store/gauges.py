"""Queries for the metrics: jobs by status, queue depth and age, workers, stored bytes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from liptune.core.settings import JOB_QUEUES, WEBHOOKS
from liptune.core.store.database.models import Batch, Job, JobStatus, Webhook, WebhookStatus, Worker
from liptune.core.store.ids import now
from liptune.core.store.tallies import BYTES, JOBS, TallyRepository
from liptune.core.store.webhooks import HAS_ENDED

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
        ended_at = func.coalesce(Job.finished_at, Batch.finished_at)
        due = select(func.count(), func.min(ended_at)).select_from(Webhook)
        due = due.join(Job, Job.id == Webhook.job_id, isouter=True)
        due = due.join(Batch, Batch.id == Webhook.batch_id, isouter=True)
        ended = due.where(Webhook.status == WebhookStatus.PENDING, HAS_ENDED)
        return _waiting(*self.session.execute(ended).one())


def _waiting(count: int, since: datetime | None) -> Waiting:
    return Waiting(count, max(0.0, (now() - since).total_seconds()) if since else 0.0)
