"""The endpoints of ``/v1/batches``."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from liptune.api.auth import OwnerDep
from liptune.api.batches import cursor as item_cursor
from liptune.api.batches import service
from liptune.api.batches.events import follow
from liptune.api.batches.openapi import BATCH_BODY, BATCH_EVENTS, RESULTS
from liptune.api.batches.results import lines_of
from liptune.api.batches.schemas import BatchDetail, BatchPage, BatchResource
from liptune.api.batches.submission import read_submission
from liptune.api.cursor import Cursor
from liptune.api.idempotency import reserved
from liptune.api.jobs.routes import LAST_ID, SHOWN
from liptune.api.jobs.schemas import StatusName
from liptune.api.openapi_texts import ETAG, LOCATION, POLL, bare, problems, shown
from liptune.api.resource_answers import listed, show, unless_known
from liptune.api.services import ServicesDep, in_thread
from liptune.api.webhooks import service as webhooks
from liptune.api.webhooks.schemas import WebhookResource
from liptune.core.store.batches.items import ItemFilter

CSV = "text/csv; charset=utf-8"
CSV_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'attachment; filename="results.csv"',
}

router = APIRouter(prefix="/v1/batches", tags=["batches"])


@router.post(
    "",
    status_code=202,
    response_model=BatchResource,
    openapi_extra=BATCH_BODY,
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 507)
    | {202: shown(BatchResource, "A job waits for each item", SHOWN | LOCATION | POLL)},
)
async def submit(
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Takes many videos, each with a sound of its own or without: all of them, or none.

    Each item becomes a job, whose priority is `batch` unless the request says otherwise.
    """
    async with reserved(services, owner, idempotency_key) as reservation:
        given = await read_submission(request, services)
        submission = await in_thread(service.check, services, given)
        asked = service.Asked(owner, request.state.request_id, reservation)
        batch, jobs = await in_thread(service.submit, services, asked, submission)
    answer = show(batch, 202, unfinished=batch.finished_at is None)
    answer.background = BackgroundTask(services.queue.send_many, jobs)
    answer.headers["Location"] = f"/v1/batches/{batch.id}"
    return answer


@router.get("", response_model=BatchPage, responses=problems(401, 422))
def page(
    services: ServicesDep,
    owner: OwnerDep,
    *,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Batches, newest first, without their items."""
    return listed(service.page(services, owner, cursor, limit))


@router.get(
    "/{batch_id}",
    response_model=BatchDetail,
    responses=problems(401, 404, 422)
    | {200: shown(BatchDetail, "The batch", SHOWN | POLL), 304: bare("It is as the client knows it", ETAG)},
)
def read(
    batch_id: str,
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    *,
    order: Annotated[
        Literal["worst", "given"],
        Query(
            description="worst: out of sync by how much, then what failed, what shows no evidence, what is "
            "in sync, and what has not ended or was canceled; given: as they were submitted"
        ),
    ] = "worst",
    status: StatusName | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(json_schema_extra={"pattern": item_cursor.PATTERN})] = None,
) -> Response:
    """The batch and a page of its items; ``Retry-After`` while it has not ended.

    The worst first, an item may be on two pages or on none if its job ends between them.
    """
    after = item_cursor.decode(cursor) if cursor is not None else None
    wanted = ItemFilter(worst=order == "worst", status=status, after=after)
    batch = service.detail(services, owner, batch_id, wanted, limit)
    return unless_known(request, show(batch, 200, unfinished=batch.finished_at is None))


@router.post(
    "/{batch_id}/cancel",
    status_code=202,
    response_model=BatchResource,
    responses=problems(401, 404, 409) | {202: shown(BatchResource, "The batch will end", SHOWN | POLL)},
)
def cancel(batch_id: str, services: ServicesDep, owner: OwnerDep) -> Response:
    """Ends the queued jobs of all items at once, and the running ones at their next report of progress."""
    batch = service.cancel(services, owner, batch_id)
    return show(batch, 202, unfinished=batch.finished_at is None)


@router.delete("/{batch_id}", status_code=204, response_class=Response, responses=problems(401, 404))
def delete(batch_id: str, services: ServicesDep, owner: OwnerDep) -> None:
    """Ends the batch, and removes its jobs with their artifacts; media stay."""
    service.delete(services, owner, batch_id)


@router.get(
    "/{batch_id}/events",
    response_class=Response,
    responses=problems(401, 404, 422)
    | {200: BATCH_EVENTS, 204: bare("The batch has ended, and every event was seen")},
)
async def events(
    batch_id: str,
    services: ServicesDep,
    owner: OwnerDep,
    last_event_id: Annotated[int, Header(ge=0, le=LAST_ID, description="Go on behind this event")] = 0,
) -> Response:
    """How the items stand, then every change, as server-sent events; ends with the batch."""
    batch = await in_thread(service.find, services, owner, batch_id)
    return await follow(services, batch, last_event_id)


@router.get("/{batch_id}/results.csv", response_class=Response, responses=problems(401, 404) | {200: RESULTS})
def results(batch_id: str, services: ServicesDep, owner: OwnerDep) -> Response:
    """A line for each item, with the columns of the terminal's `--csv`; of those that have not ended, why."""
    batch = service.find(services, owner, batch_id)
    return StreamingResponse(lines_of(services, batch.id), headers=CSV_HEADERS, media_type=CSV)


@router.get("/{batch_id}/webhook", responses=problems(401, 404))
def webhook(batch_id: str, services: ServicesDep, owner: OwnerDep) -> WebhookResource:
    """How telling the batch's webhook goes: every attempt, and when the next one may be."""
    return WebhookResource.show(webhooks.find_of_batch(services, owner, batch_id))
