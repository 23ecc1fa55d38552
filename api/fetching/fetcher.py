"""Fetching the media of jobs that name URLs, a few at a time, in threads of the API.

A slow server keeps no worker waiting. Any number of APIs may do it at once: a job is claimed as a worker
would, and when an API dies, another begins again.
"""

import asyncio
import socket

import anyio
import anyio.to_thread
import structlog

from liptune.api.fetching.attempt import Stopping, fetch
from liptune.api.services import Services, in_thread
from liptune.core.settings import FETCH
from liptune.core.store.ids import new_id
from liptune.core.store.jobs.claims import AttemptRepository, Claim
from liptune.core.store.jobs.repository import JobRepository

AT_ONCE = 4
LOOK_SECONDS = 0.5
"""The soonest that it looks again, however much happens."""

PUT_OFF_SECONDS = 5.0
"""Jobs that were put off become due without a word."""

log = structlog.get_logger(__name__)


class Fetcher:
    """Looks for such jobs for as long as `run` does, and fetches for up to `AT_ONCE` of them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._name = f"api-{new_id()}@{socket.gethostname()}"
        self._stopping = Stopping()
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is cancelled, which waits for the transfers to stop."""
        try:
            with self._services.news.about(None) as bell:
                while True:
                    if free := AT_ONCE - len(self._running):
                        await self._begin(free)
                    await anyio.sleep(LOOK_SECONDS)
                    await bell.rings_within(PUT_OFF_SECONDS)
        finally:
            self.stop()
            await asyncio.gather(*self._running, return_exceptions=True)

    def stop(self) -> None:
        """Has the transfers give their jobs back, uncounted."""
        self._stopping.set()

    async def _begin(self, free: int) -> None:
        try:
            claims = await in_thread(self._claims, free)
        except Exception:
            log.exception("fetching_failed")
            return
        for claim in claims:
            task = asyncio.create_task(self._fetch(claim))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _claims(self, free: int) -> list[Claim]:
        """In turns, as workers do; most of the time none waits, which nothing need be locked for."""
        found = list[Claim]()
        database, lease = self._services.store.database, self._services.settings.lease
        with database.reading() as session:
            waits = JobRepository(session).any_waits_for_media()
        while waits and len(found) < free:
            with database.writing() as session:
                claim = AttemptRepository(session).claim_next(FETCH, self._name, None, lease)
            if claim is None:
                break
            found.append(claim)
        return found

    async def _fetch(self, claim: Claim) -> None:
        fields = {"job_id": claim.job_id, "request_id": claim.request_id}
        with structlog.contextvars.bound_contextvars(**fields):
            await anyio.to_thread.run_sync(
                fetch, self._services, claim, self._stopping, limiter=self._limiter
            )
