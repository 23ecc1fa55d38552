"""The HTTP application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_offline import FastAPIOffline

from liptune.api import engines, health, metrics, problems
from liptune.api.batches import routes as batches
from liptune.api.batches.schemas import BatchRequest
from liptune.api.cross_site import OwnSite
from liptune.api.jobs import routes as jobs
from liptune.api.jobs.news import News
from liptune.api.jobs.schemas import JobRequest
from liptune.api.media import routes as media
from liptune.api.middleware import RequestIds
from liptune.api.openapi_document import describe
from liptune.api.page import routes as page
from liptune.api.queue import JobQueue
from liptune.api.rate_limits import RateLimit
from liptune.api.resumable import routes as uploads
from liptune.api.resumable.middleware import SpeaksTus
from liptune.api.services import PROBES_AT_ONCE, Services, State
from liptune.api.upkeep import upkeep
from liptune.api.usage import routes as usage
from liptune.api.webhooks import routes as webhooks
from liptune.core.settings import Settings
from liptune.core.settings import settings as read_settings
from liptune.core.store.store import Store
from liptune.core.tracing import configure_tracing

EXPOSED = (
    "Content-Disposition", "Content-Location", "Content-Range", "ETag", "Location", "Retry-After",
    "X-Request-ID", "Tus-Resumable", "Tus-Version", "Upload-Expires", "Upload-Length", "Upload-Metadata",
    "Upload-Offset",
)  # fmt: skip


def create_app(settings: Settings | None = None) -> FastAPI:
    """Builds the application; what it opens is opened when it starts."""
    settings = settings or read_settings()
    app = FastAPIOffline(
        redoc_url=None,
        title="Liptune",
        version="1",
        summary="Measures how well lips match speech in a video.",
        lifespan=_lifespan(settings),
    )
    app.add_middleware(SpeaksTus)
    if not settings.api_keys:
        app.add_middleware(OwnSite, settings=settings)
    app.add_middleware(RequestIds)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )
    problems.install(app)
    for router in (
        media.router,
        uploads.router,
        jobs.router,
        batches.router,
        webhooks.router,
        engines.router,
        usage.router,
        health.router,
        metrics.router,
    ):
        app.include_router(router)
    page.install(app)
    describe(app, [JobRequest, BatchRequest])
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        configure_tracing("liptune-api")
        services = Services(
            settings,
            Store.open(settings),
            JobQueue(settings),
            anyio.CapacityLimiter(PROBES_AT_ONCE),
            RateLimit(settings),
            News(),
        )
        try:
            async with services.news.arriving(services.store.database), upkeep(services):
                yield State(services=services)
        finally:
            await services.rates.close()
            services.queue.close()
            services.store.close()

    return lifespan
