"""What jobs are made of: checked options and URLs, and the row."""

from typing import Any

from liptune.api.engines import require_engine
from liptune.api.errors import InvalidRequest
from liptune.api.jobs.schemas import JobRequest, UrlSource
from liptune.api.services import Services
from liptune.core.internet.download import check_url, shown_url
from liptune.core.operations.table import OPERATIONS, parse_options
from liptune.core.settings import FETCH, GPU
from liptune.core.store.database.models import Job, Priority
from liptune.core.store.ids import new_id, now
from liptune.core.tracing import present_trace

MEDIA = ("video", "audio", "gallery")
"""What a request names by id or URL."""


def checked_options(operation: str, options: dict[str, Any]) -> dict[str, Any]:
    """Every option of the operation, filled in.

    Raises:
        InvalidRequest: There is no such operation.
        UnknownOption, InvalidOption: The options are not the operation's.
        EngineUnavailable: The engine's weights are missing.
    """
    if operation not in OPERATIONS:
        raise InvalidRequest(f"There is no operation {operation[:64]!r}; there are: {', '.join(OPERATIONS)}.")
    checked = parse_options(operation, options).model_dump(mode="json")
    require_engine(checked.get("engine"))
    return checked


def checked_urls(services: Services, wanted: JobRequest) -> dict[str, UrlSource]:
    """The URLs as they will be called, by what stands there; raises UrlRefused."""
    internal = services.settings.fetch_allow_internal
    return {
        name: UrlSource(url=check_url(url, allow_internal=internal)) for name, url in urls_of(wanted).items()
    }


def urls_of(wanted: JobRequest) -> dict[str, str]:
    """What is to be fetched from where."""
    given = {name: getattr(wanted, name) for name in MEDIA}
    return {name: source.url for name, source in given.items() if isinstance(source, UrlSource)}


def queued_job(services: Services, owner: str, wanted: JobRequest, request_id: str, **more: Any) -> Job:
    """The row of a job that waits; ``more``: columns of a batch's item."""
    urls = urls_of(wanted)
    return Job(
        id=new_id(),
        owner=owner,
        operation=wanted.operation,
        options=wanted.options,
        video_id=wanted.video if isinstance(wanted.video, str) else None,
        audio_id=wanted.audio if isinstance(wanted.audio, str) else None,
        gallery_id=wanted.gallery if isinstance(wanted.gallery, str) else None,
        labels=wanted.metadata,
        priority=Priority[wanted.priority.upper()],
        queue=FETCH if urls else GPU,
        to_fetch=urls or None,
        sources={name: shown_url(url) for name, url in urls.items()} or None,
        request_id=request_id,
        traceparent=present_trace(),
        created_at=now(),
        enqueued_at=now(),
        expires_at=now() + services.settings.retention,
        **more,
    )
