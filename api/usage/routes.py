"""``/v1/usage``: what the key stores and has in flight, and its limits."""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from liptune.api.auth import OwnerDep
from liptune.api.openapi_texts import problems
from liptune.api.services import ServicesDep
from liptune.core.store.usage import Stored, UsageRepository

router = APIRouter(prefix="/v1/usage", tags=["usage"])


class StoredResource(BaseModel):
    """Bytes. ``uploads``: the announced lengths of those that are not whole. ``limit``: null without one."""

    media: int
    artifacts: int
    uploads: int
    total: int
    limit: int | None

    @classmethod
    def show(cls, stored: Stored, limit: int | None) -> Self:
        return cls(
            media=stored.media,
            artifacts=stored.artifacts,
            uploads=stored.uploads,
            total=stored.total,
            limit=limit,
        )


class JobsResource(BaseModel):
    """Jobs that have not ended, besides those of batches. ``limit``: of both together."""

    queued: int
    running: int
    limit: int


class BatchesResource(BaseModel):
    """Batches that have not ended, and their jobs. ``limit``: of batches; ``most_items``: of one."""

    unfinished: int
    limit: int
    most_items: int
    queued: int
    running: int


class Usage(BaseModel):
    """What the key uses of the service."""

    bytes: StoredResource
    jobs: JobsResource
    batches: BatchesResource


@router.get("", response_model=Usage, responses=problems(401))
def usage(services: ServicesDep, owner: OwnerDep) -> Usage:
    """What the key stores and has in flight."""
    settings = services.settings
    with services.store.database.reading() as session:
        found = UsageRepository(session)
        stored, jobs = found.stored(owner), found.unfinished(owner)
        batches, items = found.unfinished_batches(owner), found.unfinished(owner, in_batches=True)
    return Usage(
        bytes=StoredResource.show(stored, settings.key_bytes),
        jobs=JobsResource(**jobs, limit=settings.max_jobs_in_flight),
        batches=BatchesResource(
            unfinished=batches,
            limit=settings.max_batches_in_flight,
            most_items=settings.max_batch_items,
            **items,
        ),
    )
