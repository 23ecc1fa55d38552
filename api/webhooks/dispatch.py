"""Enqueues the attempts to deliver webhooks that are due."""

from datetime import timedelta

from liptune.api.services import Services
from liptune.core.store.webhooks import WebhookRepository

AGAIN_AFTER = timedelta(minutes=5)


def dispatch(services: Services) -> None:
    """Enqueues every attempt that is due; one whose message is lost is due again after a while."""
    with services.store.database.writing() as session:
        found = WebhookRepository(session).take_due(AGAIN_AFTER)
    for due in found:
        services.queue.send_webhook(due)
