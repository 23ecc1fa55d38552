"""Looking after jobs that a dead worker or a lost message left behind. Any number may run at once."""

import anyio
import structlog

from api.services import Services, in_thread
from core.store.reaping import ReapingRepository

log = structlog.get_logger(__name__)


async def reap_forever(services: Services) -> None:
    """Reaps until cancelled; a failure is logged and the next round tries again."""
    while True:
        await anyio.sleep(services.settings.reap_interval.total_seconds())
        try:
            await in_thread(reap, services)
        except Exception:
            log.exception("reaper_failed")


def reap(services: Services) -> None:
    """Ends or enqueues again every job that nobody works at."""
    settings = services.settings
    with services.store.database.writing() as session:
        reaping = ReapingRepository(session)
        expired = reaping.expire_leases(settings.max_attempts, settings.job_time_limit)
        lost = reaping.find_lost(settings.patience, settings.lease)
    for job_id in {*expired, *lost}:
        log.warning("job_enqueued_again", job_id=job_id)
        services.queue.send(job_id)
