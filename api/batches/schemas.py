"""The JSON of batches: request, batch, item and pages."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from liptune.api.batches.examples import EXAMPLE_BATCH, EXAMPLE_ITEM, EXAMPLE_REQUEST
from liptune.api.errors import problem
from liptune.api.jobs.schemas import PriorityName, StatusName, UrlSource
from liptune.api.metadata import Metadata
from liptune.api.openapi_texts import Problem
from liptune.api.webhooks.schemas import WebhookRequest
from liptune.core.operations.table import OPERATIONS
from liptune.core.store.batches.repository import Counts
from liptune.core.store.database.columns import storable
from liptune.core.store.database.models import Batch, Job, JobStatus

VerdictName = Literal["in_sync", "out_of_sync", "no_evidence"]


def _kept(name: str) -> str:
    if not storable(name):
        raise ValueError("a name may hold neither NUL nor half of a surrogate pair")
    return name


class ItemRequest(BaseModel):
    """One video of a batch, and the sound that is used instead of its own."""

    model_config = ConfigDict(extra="forbid")

    video: str | UrlSource = Field(description="The id of a media with a picture, or its URL")
    audio: str | UrlSource | None = Field(
        None, description="The id or the URL of a media whose sound is used instead"
    )
    name: Annotated[str, AfterValidator(_kept)] | None = Field(
        None, min_length=1, max_length=255, description="What you call it; default: the video's file name"
    )


class BatchRequest(BaseModel):
    """What to do with which media."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_REQUEST]})

    operation: str = Field(json_schema_extra={"enum": [*OPERATIONS]})
    options: dict[str, Any] = Field({}, description="The operation's options, the same for every item")
    webhook: WebhookRequest | None = Field(None, description="Whom to tell once every item has ended")
    metadata: Metadata = {}
    priority: PriorityName = Field(
        "batch", description="`batch`: whenever no interactive job of any key waits"
    )
    items: list[ItemRequest] = Field(min_length=1)


class CountsResource(BaseModel):
    """Items by the status of their jobs. A job that was deleted is of no batch any more."""

    total: int
    queued: int
    running: int
    succeeded: int
    failed: int
    canceled: int


class VerdictsResource(BaseModel):
    """Of the items that succeeded, how many have which verdict; of a repair, its copy's."""

    in_sync: int
    out_of_sync: int
    no_evidence: int


class Standing(BaseModel):
    """How far a batch is. ``progress``: the share of its items that have ended."""

    progress: float = Field(ge=0, le=1)
    counts: CountsResource
    verdicts: VerdictsResource

    @classmethod
    def told(cls, counts: Counts) -> dict[str, Any]:
        verdicts = {name: counts.verdicts.get(name, 0) for name in VerdictsResource.model_fields}
        return {
            "progress": counts.progress,
            "counts": CountsResource(**counts.by_status()),
            "verdicts": VerdictsResource(**verdicts),
        }


class BatchResource(Standing):
    """A batch. ``finished_at``: when the last of its items ended, null until then."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_BATCH]})

    id: str
    operation: str
    options: dict[str, Any]
    metadata: dict[str, str]
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime

    @classmethod
    def show(cls, batch: Batch, counts: Counts, **more: Any) -> Self:
        return cls(
            id=batch.id,
            operation=batch.operation,
            options=batch.options,
            metadata=batch.labels,
            created_at=batch.created_at,
            finished_at=batch.finished_at,
            expires_at=batch.expires_at,
            **cls.told(counts),
            **more,
        )


class ItemResource(BaseModel):
    """One item: its number, from 0, its ``job``, and what that has come to.

    ``worst_ms``: how far its worst stretch is off, either way; ``verdict``, ``offset_ms`` and it are null
    until there is a score.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_ITEM]})

    item: int
    name: str
    job: str
    status: StatusName
    stage: str | None
    progress: float = Field(ge=0, le=1)
    verdict: VerdictName | None
    offset_ms: float | None
    worst_ms: float | None
    video: str | None
    audio: str | None
    sources: dict[str, str] | None
    finished_at: datetime | None
    error: Problem | None

    @classmethod
    def show(cls, job: Job) -> Self:
        return cls.model_validate(
            {
                "item": job.item,
                "name": job.name,
                "job": job.id,
                "status": JobStatus(job.status).value,
                "stage": job.stage,
                "progress": job.progress,
                "verdict": job.verdict,
                "offset_ms": job.offset_ms,
                "worst_ms": job.worst_ms,
                "video": job.video_id,
                "audio": job.audio_id,
                "sources": job.sources,
                "finished_at": job.finished_at,
                "error": problem(**job.error) if job.error else None,
            }
        )


class BatchDetail(BatchResource):
    """A batch and a page of its items; ``next_cursor`` is null on the last page."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [EXAMPLE_BATCH | {"items": [EXAMPLE_ITEM], "next_cursor": None}]}
    )

    items: list[ItemResource]
    next_cursor: str | None


class BatchPage(BaseModel):
    """Newest first; ``next_cursor`` is null on the last page."""

    items: list[BatchResource]
    next_cursor: str | None
