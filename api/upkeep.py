"""What the service does on its own, every now and then. Any number of services may do it at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import structlog

from api.reaper import reap
from api.services import Services, in_thread
from api.sweeper import sweep
from api.webhooks.dispatch import dispatch

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
    try:
        yield
    finally:
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
