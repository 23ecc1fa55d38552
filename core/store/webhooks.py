"""Queries for webhooks of jobs and batches: which attempts are due, claiming and recording one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from liptune.core.store.batches.repository import BatchRepository, Counts
from liptune.core.store.database.models import (
    UNFINISHED,
    Batch,
    Job,
    Webhook,
    WebhookAttempt,
    WebhookStatus,
)
from liptune.core.store.ids import now

BATCH = 50


@dataclass(frozen=True)
class Due:
    """An attempt to be made: the webhook's id, and which attempt it is, from 1."""

    webhook_id: str
    number: int


@dataclass(frozen=True)
class Call:
    """What an attempt needs. ``ended``: the row of the job or the batch that has; ``counts``: of a batch."""

    due: Due
    url: str
    secret: str
    ended: Job | Batch
    counts: Counts | None = None


class WebhookRepository:
    """The SQL of webhooks. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, webhook: Webhook) -> None:
        """Inserts a webhook; it is due once its job or batch has ended."""
        self.session.add(webhook)

    def of(self, job_id: str) -> Webhook | None:
        """Returns the job's webhook, with its attempts."""
        return self.session.scalar(select(Webhook).where(Webhook.job_id == job_id))

    def of_batch(self, batch_id: str) -> Webhook | None:
        """Returns the batch's webhook, with its attempts."""
        return self.session.scalar(select(Webhook).where(Webhook.batch_id == batch_id))

    def take_due(self, again_after: timedelta) -> list[Due]:
        """Returns the attempts to be sent to the workers; a lost message is sent again after a while."""
        of_jobs = select(Webhook).join(Job, Job.id == Webhook.job_id).where(Job.status.not_in(UNFINISHED))
        # That few are of batches keeps PostgreSQL from going through all batches for them.
        of_batches = select(Webhook).join(Batch, Batch.id == Webhook.batch_id)
        of_batches = of_batches.where(Webhook.batch_id.is_not(None), Batch.finished_at.is_not(None))
        ended = of_jobs, of_batches
        return [due for query in ended for due in self._take(query, again_after)]

    def _take(self, ended: Select[Webhook], again_after: timedelta) -> list[Due]:
        query = (
            ended.where(Webhook.status == WebhookStatus.PENDING, Webhook.due_at <= now())
            .order_by(Webhook.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=Webhook)
        )
        found = self.session.scalars(query).all()
        for webhook in found:
            webhook.due_at = now() + again_after
        return [Due(webhook.id, webhook.attempted + 1) for webhook in found]

    def claim(self, due: Due, again_after: timedelta) -> Call | None:
        """Takes an attempt; None when somebody else has, or it is no longer wanted."""
        taken = {"attempted": due.number, "due_at": now() + again_after}
        if not self._change(due.webhook_id, due.number - 1, taken):
            return None
        webhook = self.session.get_one(Webhook, due.webhook_id)
        assert webhook.secret is not None  # noqa: S101 - a pending webhook has one
        asked = due, webhook.url, webhook.secret
        if webhook.batch_id is None:
            return Call(*asked, self.session.get_one(Job, webhook.job_id))
        counts = BatchRepository(self.session).counts([webhook.batch_id])[webhook.batch_id]
        return Call(*asked, self.session.get_one(Batch, webhook.batch_id), counts)

    def record(self, attempt: WebhookAttempt, status: WebhookStatus, due_at: datetime | None) -> None:
        """Writes down how an attempt went, and when the next is due. At the end the secret is forgotten."""
        values: dict[str, Any] = {"status": status}
        values |= {"secret": None, "finished_at": now()} if due_at is None else {"due_at": due_at}
        if self._change(attempt.webhook_id, attempt.number, values):
            self.session.add(attempt)

    def _change(self, webhook_id: str, attempted: int, values: dict[str, Any]) -> bool:
        here = (
            Webhook.id == webhook_id,
            Webhook.attempted == attempted,
            Webhook.status == WebhookStatus.PENDING,
        )
        changed = self.session.execute(update(Webhook).where(*here).values(**values))
        return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]
