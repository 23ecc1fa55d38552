"""The endpoints of ``/v1/jobs``."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator

from liptune.api.auth import OwnerDep
from liptune.api.cursor import Cursor
from liptune.api.file_answers import StoredFile, send_file
from liptune.api.idempotency import reserved
from liptune.api.jobs import service
from liptune.api.jobs.events import follow
from liptune.api.jobs.schemas import JobPage, JobResource, StatusName
from liptune.api.jobs.submission import read_request
from liptune.api.jobs.times import rfc3339
from liptune.api.jobs.waiting import preferred_wait, wait_for
from liptune.api.metadata import parse_condition
from liptune.api.openapi_texts import (
    CACHE,
    ETAG,
    EVENT_STREAM,
    JOB_BODY,
    LOCATION,
    POLL,
    Headers,
    bare,
    file_responses,
    problems,
    shown,
)
from liptune.api.resource_answers import listed, show, unless_known
from liptune.api.services import ServicesDep, in_thread
from liptune.core.store.database.models import UNFINISHED, Job
from liptune.core.store.jobs.repository import JobFilter

LAST_ID = 2**63 - 1
SHOWN = ETAG | CACHE
APPLIED: Headers = {"Preference-Applied": ("string", "The wait that was granted")}
SUBMITTED = SHOWN | LOCATION | APPLIED
INLINE_TYPES = ("text/html", "application/json", "image/")

Time = Annotated[AwareDatetime, BeforeValidator(rfc3339)]

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


@router.post(
    "",
    status_code=202,
    response_model=JobResource,
    openapi_extra=JOB_BODY,
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 507)
    | {
        200: shown(JobResource, "The job ended within the preferred wait", SUBMITTED),
        202: shown(JobResource, "The job waits for a worker", SUBMITTED | POLL),
    },
)
async def submit(
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    idempotency_key: Annotated[str | None, Header()] = None,
    prefer: Annotated[str | None, Header(description="wait=N: answer late, when the job has ended")] = None,
) -> Response:
    """Takes JSON with media ids or URLs, or one form with the files ``video`` and, optionally, ``audio`` and
    ``gallery``.

    Of a URL the answer says only that it may be fetched: the job's first stage, ``fetch``, does that.
    """
    async with (
        reserved(services, owner, idempotency_key) as reservation,
        read_request(request, services, owner) as wanted,
    ):
        request_id = request.state.request_id
        job = await in_thread(service.submit, services, owner, wanted, reservation, request_id)
    wait = preferred_wait(prefer)
    if wait is not None:
        job = await wait_for(services, job, wait)
    answer = _answer(job, 202 if wait is None or job.status in UNFINISHED else 200)
    answer.headers["Location"] = f"/v1/jobs/{job.id}"
    if wait is not None:
        answer.headers["Preference-Applied"] = f"wait={wait}"
    return answer


@router.get("", response_model=JobPage, responses=problems(401, 422))
def page(
    services: ServicesDep,
    owner: OwnerDep,
    *,
    operation: str | None = None,
    status: StatusName | None = None,
    created_after: Time | None = None,
    metadata: Annotated[
        list[str], Query(max_length=16, description="name:value that the job's metadata must hold")
    ] = [],  # noqa: B006
    batch: Annotated[Literal["none"] | None, Query(description="none: only jobs of no batch")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Jobs, newest first."""
    labels = tuple(map(parse_condition, metadata))
    single = batch is not None
    wanted = JobFilter(operation, status, created_after, cursor, labels, single)
    return listed(service.page(services, owner, wanted, limit))


@router.get(
    "/{job_id}",
    response_model=JobResource,
    responses=problems(401, 404)
    | {200: shown(JobResource, "The job", SHOWN | POLL), 304: bare("It is as the client knows it", ETAG)},
)
def read(job_id: str, request: Request, services: ServicesDep, owner: OwnerDep) -> Response:
    """The job; ``Retry-After`` while it has not ended."""
    return unless_known(request, _answer(service.find(services, owner, job_id), 200))


@router.post(
    "/{job_id}/cancel",
    status_code=202,
    response_model=JobResource,
    responses=problems(401, 404, 409) | {202: shown(JobResource, "The job will end", SHOWN | POLL)},
)
def cancel(job_id: str, services: ServicesDep, owner: OwnerDep) -> Response:
    """Ends a queued job at once, and a running one at its next report of progress."""
    return _answer(service.cancel(services, owner, job_id), 202)


@router.get(
    "/{job_id}/events",
    response_class=Response,
    responses=problems(401, 404, 422)
    | {200: EVENT_STREAM, 204: bare("The job has ended, and every event was seen")},
)
async def events(
    job_id: str,
    services: ServicesDep,
    owner: OwnerDep,
    last_event_id: Annotated[int, Header(ge=0, le=LAST_ID, description="Go on behind this event")] = 0,
) -> Response:
    """What happens to the job, from the first event on, as server-sent events; ends with the job."""
    job = await in_thread(service.find, services, owner, job_id)
    return await follow(services, job, last_event_id)


@router.delete("/{job_id}", status_code=204, response_class=Response, responses=problems(401, 404, 409))
def delete(job_id: str, services: ServicesDep, owner: OwnerDep) -> None:
    """Removes a job that has ended, with its artifacts."""
    service.delete(services, owner, job_id)


@router.get("/{job_id}/artifacts/{name}", response_class=Response, responses=file_responses())
@router.head("/{job_id}/artifacts/{name}", response_class=Response, responses=file_responses())
def artifact(job_id: str, name: str, request: Request, services: ServicesDep, owner: OwnerDep) -> Response:
    """A file that the job made."""
    made = service.artifact(services, owner, job_id, name)
    inline = made.media_type.startswith(INLINE_TYPES)
    file = StoredFile(made.blob, made.bytes, made.sha256, made.media_type, made.name, inline)
    return send_file(request, services.store.blobs, file)


def _answer(job: Job, status: int) -> Response:
    return show(JobResource.show(job), status, unfinished=job.status in UNFINISHED)
