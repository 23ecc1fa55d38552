"""All settings, read from ``LIPTUNE_*`` environment variables."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import limits
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HASHED_KEY = "sha256:"
DIGEST = re.compile(r"[0-9a-fA-F]{64}")

GPU = "gpu"
"""Jobs to be analysed."""
CPU = "cpu"
"""Jobs whose analysis is made: to be scored and rendered."""
WEBHOOKS = "webhooks"
"""Answers to be delivered."""
FETCH = "fetch"
"""Jobs whose media the API has yet to fetch; no worker takes these."""

QUEUES = (GPU, CPU, WEBHOOKS)
JOB_QUEUES = (GPU, CPU)
QUEUE_NAMES = frozenset(QUEUES)


class Settings(BaseSettings):
    """One class for the whole service; every default runs on one machine with nothing but ffmpeg."""

    model_config = SettingsConfigDict(env_prefix="LIPTUNE_", frozen=True)

    data: Path = Field(Path("var"), description="Folder of the embedded database, queue and files")
    database_url: str | None = Field(
        None, repr=False, description="SQLAlchemy URL; default: SQLite in the data folder"
    )
    broker_url: str | None = Field(
        None,
        repr=False,
        description="Redis URL, its memory policy noeviction; default: files in the data folder",
    )
    queues: Annotated[tuple[str, ...], NoDecode] = Field(
        QUEUES,
        description="What a worker takes, separated by commas: gpu (analysis), cpu (the rest), webhooks",
    )
    worker_processes: int = Field(1, gt=0, description="Jobs that a worker runs at once")
    s3_bucket: str | None = Field(None, description="Bucket for files; default: a folder in the data folder")
    s3_endpoint: str | None = Field(None, description="URL of the S3-compatible server; default: Amazon's")
    s3_public_endpoint: str | None = Field(
        None, description="The URL that clients reach that server by, for links; default: the same"
    )
    s3_region: str = Field("us-east-1", description="Region that requests are signed for")
    s3_access_key: str | None = Field(None, description="Default: what the AWS libraries find by themselves")
    s3_secret_key: SecretStr | None = Field(None, description="Belongs to the access key")
    s3_presign: timedelta | None = Field(
        None, description="Redirect downloads to links that live this long; default: stream through the API"
    )
    checkpoints: Path | None = Field(
        None, description="Folder of engine checkpoints; default: in the data folder"
    )
    landmarks: Literal["mesh", "dlib68"] = Field(
        "mesh", description="Model of the face's points; dlib68 comes with an extra that excludes selling"
    )
    device: str = Field("auto", description="Of the published engines: auto, cpu, cuda, cuda:N or mps")
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Bearer keys, or `sha256:` and the digest of one, separated by commas; "
        "none: no authentication",
    )
    rate_limit: str | None = Field(
        None, description="Requests of a key, or of an address without one, such as 600/minute"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call the API, separated by commas; * for all"
    )
    allow_open: bool = Field(False, description="Allow a non-loopback address without API keys")

    webhook_allow_internal: bool = Field(
        False, description="Let webhooks go to internal addresses, and without TLS"
    )

    fetch_allow_internal: bool = Field(False, description="Let jobs fetch media from internal addresses")
    fetch_time_limit: timedelta = Field(
        timedelta(hours=1), description="Longest that the media of a job may take to be fetched"
    )

    max_upload_bytes: int = Field(2 * 1024**3, gt=0, description="Largest upload")
    max_seconds: float = Field(4 * 3600.0, gt=0, description="Longest media, in seconds")
    part_seconds: float = Field(
        300.0, gt=0, description="A longer picture is looked at in parts of about this length, in seconds"
    )
    max_side: int = Field(8192, gt=0, description="Largest width or height in pixels")
    max_fps: float = Field(240.0, gt=0, description="Most frames a second")
    child_memory_bytes: int = Field(
        8 * 1024**3, gt=0, description="Most memory of each ffmpeg that reads or writes media"
    )
    max_jobs_in_flight: int = Field(
        16, gt=0, description="Unfinished jobs per API key, besides those of batches"
    )
    max_batches_in_flight: int = Field(8, gt=0, description="Unfinished batches per API key")
    max_batch_items: int = Field(1000, gt=0, description="Most items of a batch")
    key_bytes: int | None = Field(
        None, gt=0, description="Most bytes of media, artifacts and uploads that an API key may store"
    )

    retention: timedelta = Field(
        timedelta(days=7), description="Media, jobs, reports and analyses older than this are removed"
    )
    upload_retention: timedelta = Field(
        timedelta(days=1), description="An unfinished upload that stands still this long is removed"
    )
    idempotency_retention: timedelta = Field(
        timedelta(hours=24), description="How long an Idempotency-Key is remembered"
    )
    lease: timedelta = Field(
        timedelta(seconds=30), description="A running job without a heartbeat this long is lost"
    )
    heartbeat: timedelta = Field(
        timedelta(seconds=5),
        description="How often workers show that they live and that they receive messages",
    )
    max_attempts: int = Field(3, gt=0, description="A job that loses its worker this often has failed")
    job_time_limit: timedelta = Field(
        timedelta(hours=4), description="Longest that a worker may work at a job"
    )
    reap_interval: timedelta = Field(timedelta(seconds=2), description="How often lost jobs are looked for")
    sweep_interval: timedelta = Field(
        timedelta(minutes=5), description="How often what has expired is removed"
    )
    patience: timedelta = Field(
        timedelta(seconds=5), description="A job queued this long beside an idle worker is enqueued again"
    )

    @field_validator("api_keys", "queues", "cors_origins", mode="before")
    @classmethod
    def _split(cls, parts: object) -> object:
        if not isinstance(parts, str):
            return parts
        return tuple(part.strip() for part in parts.split(",") if part.strip())

    @field_validator("queues")
    @classmethod
    def _known(cls, queues: tuple[str, ...]) -> tuple[str, ...]:
        if not queues or not set(queues) <= QUEUE_NAMES:
            raise ValueError(f"queues are some of: {', '.join(QUEUES)}")
        return queues

    @field_validator("api_keys")
    @classmethod
    def _digests(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        digests = [key.get_secret_value() for key in keys if key.get_secret_value().startswith(HASHED_KEY)]
        if not all(DIGEST.fullmatch(digest.removeprefix(HASHED_KEY)) for digest in digests):
            raise ValueError(f"{HASHED_KEY} is followed by 64 hexadecimal digits")
        return keys

    @field_validator("rate_limit")
    @classmethod
    def _rate(cls, rate: str | None) -> str | None:
        if rate is not None:
            limits.parse(rate)
        return rate or None

    @property
    def sqlalchemy_url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'liptune.sqlite3'}"


@cache
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
