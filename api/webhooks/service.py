"""Checks, stores and reads webhooks. Everything here blocks: call it from a thread."""

from sqlalchemy.orm import Session

from liptune.api.services import Services
from liptune.api.webhooks.schemas import WebhookRequest
from liptune.core.errors import NotFound
from liptune.core.store.batches.repository import BatchRepository
from liptune.core.store.database.models import Webhook
from liptune.core.store.ids import new_id, now
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.webhooks import WebhookRepository
from liptune.core.webhooks.target import check_secret, check_url


def check(services: Services, wanted: WebhookRequest) -> WebhookRequest:
    """Returns the request with its URL as it will be called.

    Raises:
        WebhookRefused: It may not be sent there, or cannot be signed.
    """
    check_secret(wanted.secret.get_secret_value())
    url = check_url(wanted.url, allow_internal=services.settings.webhook_allow_internal)
    return wanted.model_copy(update={"url": url})


def keep(
    session: Session, wanted: WebhookRequest, *, job_id: str | None = None, batch_id: str | None = None
) -> None:
    """Inserts the webhook of a job or of a batch, in the transaction that inserts that."""
    webhook = Webhook(
        id=new_id(),
        job_id=job_id,
        batch_id=batch_id,
        url=wanted.url,
        secret=wanted.secret.get_secret_value(),
        created_at=now(),
        due_at=now(),
    )
    WebhookRepository(session).add(webhook)


def find(services: Services, owner: str, job_id: str) -> Webhook:
    """Returns the webhook of the owner's job, or raises NotFound."""
    with services.store.database.reading() as session:
        job = JobRepository(session).get(job_id, owner)
        webhook = WebhookRepository(session).of(job_id) if job is not None else None
    if webhook is None:
        raise NotFound(f"There is no job {job_id[:64]!r} with a webhook.")
    return webhook


def find_of_batch(services: Services, owner: str, batch_id: str) -> Webhook:
    """Returns the webhook of the owner's batch, or raises NotFound."""
    with services.store.database.reading() as session:
        batch = BatchRepository(session).get(batch_id, owner)
        webhook = WebhookRepository(session).of_batch(batch_id) if batch is not None else None
    if webhook is None:
        raise NotFound(f"There is no batch {batch_id[:64]!r} with a webhook.")
    return webhook
