"""Background tasks of the API: requeues lost jobs, sends due webhooks, removes what has expired."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import structlog

from liptune.api.fetching.fetcher import Fetcher
from liptune.api.services import Services, in_thread
from liptune.api.webhooks.dispatch import dispatch
from liptune.core.settings import FETCH
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.sweeping import BATCH, SWEEPS, Sweep

ANALYSES = "analyses/"
LEFT_BEHIND = timedelta(days=1)
"""Longer than any upload takes."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def upkeep(services: Services) -> AsyncIterator[None]:
    """Reaps, sends webhooks and sweeps for as long as the block lasts."""
    settings = services.settings
    tasks = [
        asyncio.create_task(_repeat(reap, services, settings.reap_interval)),
        asyncio.create_task(_repeat(dispatch, services, settings.reap_interval)),
        asyncio.create_task(_repeat(sweep, services, settings.sweep_interval)),
    ]
    fetcher = Fetcher(services)
    tasks.append(asyncio.create_task(fetcher.run()))
    try:
        yield
    finally:
        fetcher.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(step: Callable[[Services], None], services: Services, every: timedelta) -> None:
    """A failure is logged, and the next round tries again."""
    while True:
        await anyio.sleep(every.total_seconds())
        try:
            await in_thread(step, services)
        except Exception:
            log.exception("upkeep_failed", step=step.__name__)


def reap(services: Services) -> None:
    """Ends or enqueues again every job that nobody works at."""
    settings = services.settings
    with services.store.database.writing() as session:
        reaping = ReapingRepository(session)
        expired = reaping.expire_leases(settings.max_attempts, settings.job_time_limit)
        lost = reaping.find_lost(settings.patience, settings.lease)
    for waiting in {*expired, *lost}:
        if waiting.queue == FETCH:
            continue  # `api.fetching` looks for these by itself
        log.warning("job_enqueued_again", job_id=waiting.job_id, queue=waiting.queue)
        services.queue.send(waiting.job_id, waiting.queue)


def sweep(services: Services) -> None:
    """Removes expired jobs, batches, media, uploads and keys, with their files."""
    for kind, remove in SWEEPS.items():
        while removed := _batch(services, remove):
            log.info("swept", kind=kind, removed=removed)
            if removed < BATCH:
                break
    services.store.blobs.expire(ANALYSES, services.settings.retention)
    services.store.blobs.sweep(LEFT_BEHIND)


def _batch(services: Services, remove: Sweep) -> int:
    with services.store.database.writing() as session:
        return remove(session, services.store.blobs.delete)
