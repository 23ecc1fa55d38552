"""The JSON of jobs: request, job, artifact and page."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from liptune.api.errors import problem
from liptune.api.jobs.examples import EXAMPLE_ID, EXAMPLE_JOB
from liptune.api.metadata import Metadata
from liptune.api.openapi_texts import Problem
from liptune.api.webhooks.schemas import WebhookRequest
from liptune.core.operations.table import OPERATIONS
from liptune.core.store.database.models import Artifact, Job, JobStatus, Priority

PriorityName = Literal["interactive", "batch"]
StatusName = Literal["queued", "running", "succeeded", "failed", "canceled"]


class UrlSource(BaseModel):
    """A file to be fetched by HTTP, such as a presigned URL."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2048, examples=["https://example.com/clip.mp4"])


class JobRequest(BaseModel):
    """What to do with which media."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"operation": "measure", "video": EXAMPLE_ID}]}
    )

    operation: str = Field(json_schema_extra={"enum": [*OPERATIONS]})
    video: str | UrlSource = Field(description="The id of a media with a picture, or its URL")
    audio: str | UrlSource | None = Field(
        None, description="The id or the URL of a media whose sound is used instead"
    )
    gallery: str | UrlSource | None = Field(
        None,
        description="The id or the URL of another video of the same person, from which a dub takes mouths",
    )
    options: dict[str, Any] = Field({}, description="The operation's options")
    webhook: WebhookRequest | None = None
    metadata: Metadata = {}
    priority: PriorityName = Field(
        "interactive", description="`batch`: whenever no interactive job of any key waits"
    )


class ArtifactResource(BaseModel):
    """A file that the job made."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    url: str

    @classmethod
    def show(cls, artifact: Artifact) -> Self:
        return cls(
            name=artifact.name,
            media_type=artifact.media_type,
            bytes=artifact.bytes,
            sha256=artifact.sha256,
            url=f"/v1/jobs/{artifact.job_id}/artifacts/{artifact.name}",
        )


class LossResource(BaseModel):
    """Something that a copy lacks, or has otherwise. ``stream``: its number in the video; null where it is
    the file's or a new sound's."""

    code: str
    stream: int | None
    message: str

    @classmethod
    def list_of(cls, losses: list[dict[str, Any]] | None) -> list[Self] | None:
        return None if losses is None else [cls(**loss) for loss in losses]


class JobResource(BaseModel):
    """A job. Each of ``video``, ``audio``, ``gallery`` is null until it is fetched, once it is deleted, and
    where none was given.

    ``sources``: the URLs, without their queries, that media are fetched from; null where none is.
    ``batch`` and ``item``: the batch that it is of, and which of its items it is, from 0; ``name``: what the
    item is called; null of a job of no batch.
    ``foreseen_losses``: what the copy of a repair will lack of the video if it is changed; null until that is
    known, and of other operations.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_JOB]})

    id: str
    operation: str
    status: StatusName
    stage: str | None
    progress: float = Field(ge=0, le=1)
    options: dict[str, Any]
    video: str | None
    audio: str | None
    gallery: str | None
    sources: dict[str, str] | None
    metadata: dict[str, str]
    priority: PriorityName
    batch: str | None
    item: int | None
    name: str | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime
    foreseen_losses: list[LossResource] | None
    result: dict[str, Any] | None
    artifacts: list[ArtifactResource]
    error: Problem | None

    @classmethod
    def show(cls, job: Job) -> Self:
        return cls(
            id=job.id,
            operation=job.operation,
            status=JobStatus(job.status).value,
            stage=job.stage,
            progress=job.progress,
            options=job.options,
            video=job.video_id,
            audio=job.audio_id,
            gallery=job.gallery_id,
            sources=job.sources,
            metadata=job.labels,
            priority="batch" if job.priority == Priority.BATCH else "interactive",
            batch=job.batch_id,
            item=job.item,
            name=job.name,
            attempt=job.attempt,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            expires_at=job.expires_at,
            foreseen_losses=LossResource.list_of(job.foreseen_losses),
            result=job.result,
            artifacts=[ArtifactResource.show(artifact) for artifact in job.artifacts],
            error=Problem.model_validate(problem(**job.error)) if job.error else None,
        )


class JobPage(BaseModel):
    """Newest first; ``next_cursor`` is null on the last page."""

    items: list[JobResource]
    next_cursor: str | None
