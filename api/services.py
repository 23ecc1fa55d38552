"""The services that endpoints depend on (settings, store, queue, limits), opened by the lifespan."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ParamSpec, TypedDict, TypeVar

import anyio.to_thread
from fastapi import Depends, Request

from liptune.api.jobs.news import News
from liptune.api.queue import JobQueue
from liptune.api.rate_limits import RateLimit
from liptune.core.settings import Settings
from liptune.core.store.store import Store

P = ParamSpec("P")
T = TypeVar("T")

PROBES_AT_ONCE = 4


@dataclass(frozen=True)
class Services:
    """What the lifespan opens. ``probing``: how many uploads may be probed at once."""

    settings: Settings
    store: Store
    queue: JobQueue
    probing: anyio.CapacityLimiter
    rates: RateLimit
    news: News


class State(TypedDict):
    """What the lifespan yields."""

    services: Services


async def _services(request: Request) -> Services:
    services: Services = request.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs blocking work off the event loop; it is finished even if the caller goes away."""
    return await anyio.to_thread.run_sync(partial(function, *args, **kwargs))
