"""Checks, stores and reads webhooks. Everything here blocks: call it from a thread."""

from sqlalchemy.orm import Session

from liptune.api.services import Services
from liptune.api.webhooks.schemas import WebhookRequest
from liptune.core.errors import NotFound
from liptune.core.store.database.models import Job, Webhook
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


def keep(session: Session, job: Job, wanted: WebhookRequest) -> None:
    """Inserts the webhook of a job, in the transaction that inserts the job."""
    webhook = Webhook(
        id=new_id(),
        job_id=job.id,
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
