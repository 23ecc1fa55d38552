"""The HTTP application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
from fastapi import FastAPI

from api import engines, health, problems
from api.jobs import routes as jobs
from api.jobs.schemas import JobRequest
from api.media import routes as media
from api.middleware import RequestIds
from api.openapi import describe
from api.page import routes as page
from api.queue import JobQueue
from api.resumable import routes as uploads
from api.resumable.middleware import SpeaksTus
from api.services import PROBES_AT_ONCE, Services, State
from api.upkeep import upkeep
from core.settings import Settings
from core.settings import settings as read_settings
from core.store.store import Store


def create_app(settings: Settings | None = None) -> FastAPI:
    """Builds the application; what it opens is opened when it starts."""
    app = FastAPI(
        title="Liptune",
        version="1",
        summary="Measures how well lips match speech in a video.",
        lifespan=_lifespan(settings or read_settings()),
    )
    app.add_middleware(SpeaksTus)
    app.add_middleware(RequestIds)
    problems.install(app)
    for router in (media.router, uploads.router, jobs.router, engines.router, health.router):
        app.include_router(router)
    page.install(app)
    describe(app, [JobRequest])
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        services = Services(
            settings, Store.open(settings), JobQueue(settings), anyio.CapacityLimiter(PROBES_AT_ONCE)
        )
        try:
            async with upkeep(services):
                yield State(services=services)
        finally:
            services.queue.close()
            services.store.close()

    return lifespan
