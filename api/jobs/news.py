"""Wakes the requests that wait for news of a job."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio

from liptune.core.store.database.connection import Database
from liptune.core.store.notices import HEED_SECONDS, listen


class Bell:
    """Rings when there may be news."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes who waits, or who will wait next."""
        self._rung.set()

    async def rings_within(self, seconds: float) -> bool:
        """Waits for it; False where it stays silent."""
        with anyio.move_on_after(seconds):
            await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung


class News:
    """One listener for all requests of the process, so that waiting costs the database nothing."""

    def __init__(self) -> None:
        self._bells: dict[str | None, set[Bell]] = defaultdict(set)

    @asynccontextmanager
    async def arriving(self, database: Database) -> AsyncIterator[None]:
        """Listens for as long as the block lasts, in a thread."""
        loop, stopping = asyncio.get_running_loop(), threading.Event()

        def heard(job_id: str | None) -> None:
            if not stopping.is_set():
                loop.call_soon_threadsafe(self._tell, job_id)

        thread = threading.Thread(target=listen, args=(database, heard, stopping), name="news", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            await asyncio.to_thread(thread.join, 2 * HEED_SECONDS)

    @contextmanager
    def about(self, job_id: str | None) -> Iterator[Bell]:
        """A bell that rings when the job may have new events; of None, when any job may."""
        bell = Bell()
        self._bells[job_id].add(bell)
        try:
            yield bell
        finally:
            self._bells[job_id].discard(bell)
            if not self._bells[job_id]:
                del self._bells[job_id]

    def _tell(self, job_id: str | None) -> None:
        told = [job_id, None] if job_id is not None else list(self._bells)
        for bell in [bell for each in told for bell in self._bells.get(each, ())]:
            bell.ring()
