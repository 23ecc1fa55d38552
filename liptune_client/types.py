"""What the service answers, as it stands in the JSON. Times are RFC 3339 strings."""

from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

Status = Literal["queued", "running", "succeeded", "failed", "canceled"]
Priority = Literal["interactive", "batch"]
ENDED: frozenset[Status] = frozenset({"succeeded", "failed", "canceled"})


class Problem(TypedDict):
    """An error (RFC 9457). ``remedy``: what to do next."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: NotRequired[str | None]
    details: NotRequired[dict[str, Any] | None]
    request_id: NotRequired[str | None]


class Media(TypedDict):
    """An uploaded file. ``video`` and ``audio``: what is in it; ``audio_streams``: all there is to hear."""

    id: str
    filename: str | None
    sha256: str
    bytes: int
    container: str
    duration_seconds: float
    video: dict[str, Any] | None
    audio: dict[str, Any] | None
    audio_streams: list[dict[str, Any]]
    metadata: dict[str, str]
    created_at: str
    expires_at: str


class StoredBytes(TypedDict):
    """Bytes. ``uploads``: the announced lengths of those that are not whole. ``limit``: None without one."""

    media: int
    artifacts: int
    uploads: int
    total: int
    limit: int | None


class InFlight(TypedDict):
    """Jobs that have not ended. ``limit``: of both together."""

    queued: int
    running: int
    limit: int


class BatchesInFlight(TypedDict):
    """Batches that have not ended, and their jobs. ``limit``: of batches; ``most_items``: of one."""

    unfinished: int
    limit: int
    most_items: int
    queued: int
    running: int


class Usage(TypedDict):
    """What the key uses of the service; of ``batches`` a service older than this client does not say."""

    bytes: StoredBytes
    jobs: InFlight
    batches: NotRequired[BatchesInFlight]


class FromUrl(TypedDict):
    """A file that the service fetches by HTTP."""

    url: str


class Artifact(TypedDict):
    """A file that a job made. ``url``: its path on the service."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    url: str


class Loss(TypedDict):
    """Something that a copy lacks. ``stream``: its number in the video, None where it is the file's."""

    code: str
    stream: int | None
    message: str


class Job(TypedDict):
    """A job. ``progress``: 0 to 1. ``sources``: the URLs that media are fetched from.

    ``batch``, ``item``, ``name``: of which batch it is which item, and what that is called; None of a job of
    no batch.
    ``foreseen_losses``: what the copy of a repair will lack if it is changed, None until that is known; a
    service older than this client does not say.
    """

    id: str
    operation: str
    status: Status
    stage: str | None
    progress: float
    options: dict[str, Any]
    video: str | None
    audio: str | None
    gallery: str | None
    sources: dict[str, str] | None
    metadata: dict[str, str]
    priority: Priority
    batch: NotRequired[str | None]
    item: NotRequired[int | None]
    name: NotRequired[str | None]
    attempt: int
    created_at: str
    started_at: str | None
    finished_at: str | None
    expires_at: str
    foreseen_losses: NotRequired[list[Loss] | None]
    result: dict[str, Any] | None
    artifacts: list[Artifact]
    error: Problem | None


class JobPage(TypedDict):
    """Jobs, newest first. ``next_cursor``: None on the last page."""

    items: list[Job]
    next_cursor: str | None


class NewItem(TypedDict):
    """An item of a batch that is to be: media by their ids, or URLs. ``name``: what you call it."""

    video: str | FromUrl
    audio: NotRequired[str | FromUrl | None]
    name: NotRequired[str]


class Counts(TypedDict):
    """Items by the status of their jobs."""

    total: int
    queued: int
    running: int
    succeeded: int
    failed: int
    canceled: int


class Verdicts(TypedDict):
    """Of the items that succeeded, how many have which verdict."""

    in_sync: int
    out_of_sync: int
    no_evidence: int


class Standing(TypedDict):
    """How far a batch is. ``progress``: the share of its items that have ended, 0 to 1."""

    progress: float
    counts: Counts
    verdicts: Verdicts


class Batch(Standing):
    """A batch. ``finished_at``: when its last item ended, None until then."""

    id: str
    operation: str
    options: dict[str, Any]
    metadata: dict[str, str]
    created_at: str
    finished_at: str | None
    expires_at: str


class Item(TypedDict):
    """An item of a batch: its number, from 0, its ``job``, and what that has come to.

    ``verdict``, ``offset_ms`` and ``worst_ms`` (how far its worst stretch is off) are None until there is a
    score.
    """

    item: int
    name: str
    job: str
    status: Status
    stage: str | None
    progress: float
    verdict: Literal["in_sync", "out_of_sync", "no_evidence"] | None
    offset_ms: float | None
    worst_ms: float | None
    video: str | None
    audio: str | None
    sources: dict[str, str] | None
    finished_at: str | None
    error: Problem | None


class Engine(TypedDict):
    """A network that judges. ``install``: what to type on the service's machine when it is not ready."""

    id: str
    ready: bool
    weights_sha256: str | None
    licence: str | None
    install: str | None


class Webhook(TypedDict):
    """Whom to tell of a job's end. ``secret``: ``whsec_`` and 24 to 64 bytes in base64."""

    url: str
    secret: str


class WebhookLog(TypedDict):
    """How telling goes."""

    id: str
    url: str
    status: Literal["pending", "delivered", "failed", "disabled"]
    created_at: str
    next_attempt_after: str | None
    finished_at: str | None
    attempts: list[dict[str, Any]]


@dataclass(frozen=True)
class Event:
    """Something that happened. ``kind``: of a job status, progress, losses or, at last, done.

    Of a batch: item, counts or, at last, done.
    """

    id: int
    kind: str
    payload: dict[str, Any]
