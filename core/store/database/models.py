"""The tables. The database is the truth; queue messages are hints."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    false,
    literal,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from liptune.core.settings import GPU, QUEUES
from liptune.core.store.database.columns import Json, UTCDateTime

Id = String(36)
EMPTY = text("'{}'")
OF_A_BATCH = "batch_id IS NOT NULL"


class Base(DeclarativeBase):
    """Named constraints, so that migrations can drop them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime,
        dict[str, Any]: Json,
        list[dict[str, Any]]: Json,
    }


class JobStatus(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


class Priority(IntEnum):
    """Which jobs come first: the lower."""

    INTERACTIVE = 0
    BATCH = 1


def _where(of_postgres: str, of_sqlite: str | None = None) -> dict[str, Any]:
    """The rows that an index is of."""
    return {"postgresql_where": text(of_postgres), "sqlite_where": text(of_sqlite or of_postgres)}


class Media(Base):
    """An uploaded file that has been probed. ``facts`` holds what the probe found, JSON-ready.

    ``labels``: the client's own reference to it, its ``metadata``.
    """

    __tablename__ = "media"
    __table_args__ = (Index("uq_media_owner_sha256", "owner", "sha256", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(BigInteger)
    filename: Mapped[str | None] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(127))
    blob: Mapped[str] = mapped_column(String(255))
    facts: Mapped[dict[str, Any]]
    labels: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict, server_default=EMPTY)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Batch(Base):
    """Jobs that were submitted together, its items. ``labels``: the client's own reference, its ``metadata``.

    ``finished_at``: when the last of its jobs ended. ``deleted``: its owner has done with it, and what is
    left of it goes as its last jobs end.
    """

    __tablename__ = "batches"
    __table_args__ = (
        Index("ix_batches_owner_id", "owner", "id"),
        Index("ix_batches_unfinished", "owner", **_where("finished_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(32))
    options: Mapped[dict[str, Any]]
    labels: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict, server_default=EMPTY)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    deleted: Mapped[bool] = mapped_column(default=False, server_default=false())


class Job(Base):
    """One run of an operation.

    ``token`` names the attempt that may write: every change a worker makes is conditional on it. ``message``:
    the queue's id of the message that made a worker take it. ``priority``: a `Priority`.

    ``enqueued_at``: when the last message about it was sent; ``claimed_at``: when a worker took its present
    step. ``queue``: where its next step waits, or its present one was taken from.

    ``labels``: the client's own reference to it, its ``metadata``. ``to_fetch``: the URLs of media that are
    not here yet, by ``video``, ``audio`` and ``gallery``; forgotten once they are, or the job has ended, for
    they may hold keys. ``sources``: the same to be shown. ``foreseen_losses``: what the copy of a repair will
    lack, None until that is known. ``bytes``: of its artifacts. ``trimmed``: whether its events are few.

    ``batch_id``, ``item``: the batch that it is of, and which of its items it is, from 0; ``name``: what the
    item is called. ``verdict``, ``offset_ms``, ``worst_ms``: of the result, where it has a score, to list and
    sort by.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('queued','running','succeeded','failed','canceled')", name="status"),
        Index("ix_jobs_owner_id", "owner", "id"),
        Index("ix_jobs_owner_status_id", "owner", "status", "id"),
        Index("ix_jobs_owner_operation_id", "owner", "operation", "id"),
        Index("ix_jobs_owner_claimed_at", "owner", "claimed_at"),
        Index("ix_jobs_turns", "queue", "priority", "owner", "id", **_where("status = 'queued'")),
        Index("ix_jobs_queued", "queue", "enqueued_at", **_where("status = 'queued'")),
        Index("ix_jobs_running", "lease_expires_at", **_where("status = 'running'")),
        Index("ix_jobs_untrimmed", "finished_at", **_where("NOT trimmed", "trimmed = 0")),
        Index("ix_jobs_batch_id_status_verdict", "batch_id", "status", "verdict", **_where(OF_A_BATCH)),
        Index("ix_jobs_single", "owner", "id", **_where("batch_id IS NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(32))
    options: Mapped[dict[str, Any]]
    video_id: Mapped[str | None] = mapped_column(ForeignKey("media.id", ondelete="SET NULL"), index=True)
    audio_id: Mapped[str | None] = mapped_column(ForeignKey("media.id", ondelete="SET NULL"), index=True)
    gallery_id: Mapped[str | None] = mapped_column(ForeignKey("media.id", ondelete="SET NULL"), index=True)
    labels: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict, server_default=EMPTY)
    sources: Mapped[dict[str, Any] | None]
    to_fetch: Mapped[dict[str, Any] | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
    traceparent: Mapped[str | None] = mapped_column(String(64))
    queue: Mapped[str] = mapped_column(String(16), default=GPU)
    priority: Mapped[int] = mapped_column(default=Priority.INTERACTIVE, server_default="0")
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"))
    item: Mapped[int | None]
    name: Mapped[str | None] = mapped_column(String(255))

    status: Mapped[str] = mapped_column(String(16), default=JobStatus.QUEUED)
    stage: Mapped[str | None] = mapped_column(String(64))
    progress: Mapped[float] = mapped_column(default=0.0)
    attempt: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(Id)
    worker: Mapped[str | None] = mapped_column(String(255))
    message: Mapped[str | None] = mapped_column(String(64))
    lease_expires_at: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)

    created_at: Mapped[datetime]
    enqueued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    trimmed: Mapped[bool] = mapped_column(default=False, server_default=false())

    foreseen_losses: Mapped[list[dict[str, Any]] | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    verdict: Mapped[str | None] = mapped_column(String(16))
    offset_ms: Mapped[float | None]
    worst_ms: Mapped[float | None]
    bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    artifacts: Mapped[list["Artifact"]] = relationship(
        order_by="Artifact.position", lazy="selectin", viewonly=True
    )

    @classmethod
    def stands(cls, status: JobStatus) -> ColumnElement[bool]:
        """That the job stands there, written out: an index of such jobs alone is of no use to a parameter."""
        return cls.status == literal(status.value, literal_execute=True)


class Artifact(Base):
    """A file that a job made."""

    __tablename__ = "artifacts"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    position: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(127))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    blob: Mapped[str] = mapped_column(String(255))


class JobPart(Base):
    """A part of a long picture, to be looked at for its job by whichever worker is free.

    ``begin``, ``end``, ``phase_seconds``: as of `core.analysis.parts.types.Part`. ``token``: names who looks
    at it, until its lease expires. ``worker``: the one that helps; None for the job's own. ``tries``: how
    often it was begun.
    """

    __tablename__ = "job_parts"
    __table_args__ = (Index("ix_job_parts_open", "job_id", "number", **_where("NOT done", "done = 0")),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begin: Mapped[int] = mapped_column(BigInteger)
    end: Mapped[int | None] = mapped_column(BigInteger)
    phase_seconds: Mapped[float]
    done: Mapped[bool] = mapped_column(default=False, server_default=false())
    progress: Mapped[float] = mapped_column(default=0.0, server_default="0")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    token: Mapped[str | None] = mapped_column(Id)
    worker: Mapped[str | None] = mapped_column(String(255))
    lease_expires_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """A request's key, and the job or the batch that it made; neither while the first request that carries it
    is still being read.
    """

    __tablename__ = "idempotency_keys"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    token: Mapped[str] = mapped_column(Id)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    reserved_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def pending(self) -> bool:
        """Whether the request has made nothing yet."""
        return self.job_id is None and self.batch_id is None


class Worker(Base):
    """A worker that has lately received a message; ``queues``, by commas, are those it takes jobs from."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    seen_at: Mapped[datetime]
    queues: Mapped[str] = mapped_column(String(64), default=",".join(QUEUES))
    processes: Mapped[int] = mapped_column(default=1)

    def takes(self, queue: str) -> bool:
        """Whether jobs of the queue are this worker's."""
        return queue in self.queues.split(",")


class JobEvent(Base):
    """What happened to a job, in order; never changed once written.

    ``kind``: status, progress, losses or done. ``batch_id``: the job's batch, of events that change how that
    stands; they are written one after another, so that their ids grow as they are committed.
    """

    __tablename__ = "job_events"
    __table_args__ = (
        Index("ix_job_events_job_id_id", "job_id", "id"),
        Index("ix_job_events_batch_id_id", "batch_id", "id", **_where(OF_A_BATCH)),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    batch_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(16))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ResumableUpload(Base):
    """An upload that arrives in parts. ``offset``: bytes that are safe. ``media_id``: what it has become.

    ``described``: the client's own description of it, as it was sent.
    """

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    filename: Mapped[str | None] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(127))
    described: Mapped[str] = mapped_column(Text)
    media_id: Mapped[str | None] = mapped_column(ForeignKey("media.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class UploadPart(Base):
    """Bytes ``start`` to ``start + bytes`` of an upload, the last not included."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    bytes: Mapped[int] = mapped_column(BigInteger)
    blob: Mapped[str] = mapped_column(String(255))


class WebhookStatus(StrEnum):
    """Where telling somebody of an end stands. The last three are final."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DISABLED = "disabled"


class Webhook(Base):
    """Whom to tell of the end of a job or of a batch. ``secret`` signs the message, and is forgotten once no
    more is sent.

    ``due_at``: when the next attempt may be sent to a worker, once that end is there.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_status_due_at", "status", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), default=WebhookStatus.PENDING)
    attempted: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[list["WebhookAttempt"]] = relationship(
        order_by="WebhookAttempt.number", lazy="selectin", viewonly=True
    )


class WebhookAttempt(Base):
    """One attempt to deliver a webhook: an answer's status, or why there was none."""

    __tablename__ = "webhook_attempts"

    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    seconds: Mapped[float]
    answer: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(255))


class Counter(Base):
    """A count that only grows, such as the seconds that workers spent at a stage."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    labels: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[float]


class Tally(Base):
    """A change of a sum, written by the database itself; see `core.store.tallies`."""

    __tablename__ = "tallies"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    name: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(64))
    amount: Mapped[int] = mapped_column(BigInteger)
