"""Limits requests by key or address over a sliding window; raises RateLimited."""

import math
from time import time
from urllib.parse import urlsplit

import structlog
from limits import parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from liptune.api.errors import RateLimited
from liptune.core.settings import Settings

TIMEOUT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class RateLimit:
    """Counts in Redis where that is the broker, so that every API process counts the same; else in memory."""

    def __init__(self, settings: Settings) -> None:
        self._limit = parse(settings.rate_limit) if settings.rate_limit else None
        self._redis = _redis(settings)
        self._limiter = SlidingWindowCounterRateLimiter(_storage(self._redis))

    async def spend(self, who: str) -> None:
        """Counts a request; a count that cannot be kept refuses nobody.

        Raises:
            RateLimited: There have been too many; says when to come back.
        """
        if self._limit is None:
            return
        try:
            if await self._limiter.hit(self._limit, who):
                return
            until = (await self._limiter.get_window_stats(self._limit, who)).reset_time
        except StorageError:
            log.warning("requests_not_counted", exc_info=True)
            return
        raise RateLimited(str(self._limit), max(1, math.ceil(until - time())))

    async def close(self) -> None:
        """Closes the connections."""
        if self._redis is not None:
            await self._redis.aclose()


def _redis(settings: Settings) -> ConnectionPool | None:
    broker = settings.broker_url or ""
    if urlsplit(broker).scheme not in {"redis", "rediss"}:
        return None
    pool: ConnectionPool = ConnectionPool.from_url(
        broker, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
    return pool


def _storage(pool: ConnectionPool | None) -> Storage:
    if pool is None:
        return MemoryStorage()
    # Of the address only the scheme matters: the connections are the pool's.
    return RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        connection_pool=pool,  # type: ignore[arg-type]
    )
