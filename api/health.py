"""``/livez`` and ``/readyz``: whether the process answers, and whether all that it needs works."""

from collections.abc import Callable

import structlog
from fastapi import APIRouter
from kombu.exceptions import OperationalError
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from liptune.api.errors import NotReady
from liptune.api.openapi_texts import problems
from liptune.api.services import Services, ServicesDep
from liptune.core.errors import StorageUnavailable
from liptune.core.store.workers import WorkerRepository

log = structlog.get_logger(__name__)

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: str


@router.get("/livez")
async def live() -> Health:
    """The process answers."""
    return Health(status="alive")


@router.get("/readyz", responses=problems(503))
def ready(services: ServicesDep) -> Health:
    """The database, the broker and the storage work, and a worker consumes."""
    failed = [name for name, works in CHECKS.items() if not _passes(works, services)]
    if failed:
        raise NotReady(f"Not working: {', '.join(failed)}.", details={"failed": failed})
    return Health(status="ready")


def _database(services: Services) -> bool:
    with services.store.database.reading() as session:
        return bool(session.scalar(text("SELECT 1")))


def _broker(services: Services) -> bool:
    services.queue.check()
    return True


def _storage(services: Services) -> bool:
    services.store.blobs.check()
    return True


def _worker(services: Services) -> bool:
    with services.store.database.reading() as session:
        unattended = WorkerRepository(session).unattended(services.settings.lease)
    if unattended:
        log.warning("queues_unattended", queues=unattended)
    return not unattended


CHECKS: dict[str, Callable[[Services], bool]] = {
    "database": _database,
    "broker": _broker,
    "storage": _storage,
    "worker": _worker,
}


def _passes(works: Callable[[Services], bool], services: Services) -> bool:
    try:
        return works(services)
    except (SQLAlchemyError, OperationalError, StorageUnavailable, OSError):
        log.warning("check_failed", exc_info=True)
        return False
