"""The endpoints of ``/v1/media``."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from liptune.api.auth import OwnerDep
from liptune.api.cursor import Cursor
from liptune.api.errors import InvalidRequest
from liptune.api.file_answers import StoredFile, send_file
from liptune.api.media import service
from liptune.api.media.schemas import MediaPage, MediaResource
from liptune.api.metadata import parse_condition, parse_metadata
from liptune.api.openapi_texts import LOCATION, UPLOAD_BODY, file_responses, problems, shown
from liptune.api.resource_answers import listed
from liptune.api.services import Services, ServicesDep
from liptune.api.uploads.form import receive_form
from liptune.api.uploads.receive import is_multipart, receive_body
from liptune.core.store.database.models import Media

router = APIRouter(prefix="/v1/media", tags=["media"])


@router.post(
    "",
    status_code=201,
    response_model=MediaResource,
    openapi_extra=UPLOAD_BODY,
    responses=problems(400, 401, 413, 415, 422, 507)
    | {
        200: shown(MediaResource, "The same bytes were here already", LOCATION),
        201: shown(MediaResource, "The file is media now", LOCATION),
    },
)
async def upload(
    request: Request, response: Response, services: ServicesDep, owner: OwnerDep
) -> MediaResource:
    """Takes a multipart form with the part ``file``, or the file itself as the body.

    The form may have the field ``metadata``, an object of strings; where the same bytes are here already, it
    replaces theirs.
    """
    media, new = await _receive(request, services, owner)
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/media/{media.id}"
    return MediaResource.show(media)


async def _receive(request: Request, services: Services, owner: str) -> tuple[Media, bool]:
    if not is_multipart(request):
        async with receive_body(request, services) as body:
            return await service.accept(services, owner, body)
    async with receive_form(request, services, frozenset({"file"}), frozenset({"metadata"})) as form:
        if "file" not in form.files:
            raise InvalidRequest("The form has no part 'file'.")
        given = form.fields.get("metadata")
        metadata = parse_metadata(given) if given is not None else None
        return await service.accept(services, owner, form.files["file"], metadata)


@router.get("", response_model=MediaPage, responses=problems(401, 422))
def page(
    services: ServicesDep,
    owner: OwnerDep,
    metadata: Annotated[
        list[str], Query(max_length=16, description="name:value that the file's metadata must hold")
    ] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
) -> Response:
    """Media files, newest first."""
    return listed(service.page(services, owner, tuple(map(parse_condition, metadata)), cursor, limit))


@router.get("/{media_id}", response_model=MediaResource, responses=problems(401, 404))
def read(media_id: str, services: ServicesDep, owner: OwnerDep) -> MediaResource:
    """The facts of a media file."""
    return MediaResource.show(service.find(services, owner, media_id))


@router.get("/{media_id}/content", response_class=Response, responses=file_responses())
@router.head("/{media_id}/content", response_class=Response, responses=file_responses())
def content(media_id: str, request: Request, services: ServicesDep, owner: OwnerDep) -> Response:
    """The bytes, as they were uploaded."""
    media = service.find(services, owner, media_id)
    file = StoredFile(
        media.blob, media.bytes, media.sha256, media.media_type, name=media.filename or media.id
    )
    return send_file(request, services.store.blobs, file)


@router.delete("/{media_id}", status_code=204, response_class=Response, responses=problems(401, 404, 409))
def delete(media_id: str, services: ServicesDep, owner: OwnerDep) -> None:
    """Removes the file, unless an unfinished job uses it."""
    service.delete(services, owner, media_id)
