"""Looking after jobs that a dead worker or a lost message left behind. Any number may run at once."""

import structlog

from api.services import Services
from core.store.reaping import ReapingRepository

log = structlog.get_logger(__name__)


def reap(services: Services) -> None:
    """Ends or enqueues again every job that nobody works at."""
    settings = services.settings
    with services.store.database.writing() as session:
        reaping = ReapingRepository(session)
        expired = reaping.expire_leases(settings.max_attempts, settings.job_time_limit)
        lost = reaping.find_lost(settings.patience, settings.lease)
    for waiting in {*expired, *lost}:
        log.warning("job_enqueued_again", job_id=waiting.job_id, queue=waiting.queue)
        services.queue.send(waiting.job_id, waiting.queue)
