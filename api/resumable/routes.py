"""The endpoints of ``/v1/uploads``, uploads that survive a broken connection (tus 1.0)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from liptune.api.auth import OwnerDep
from liptune.api.openapi_texts import problems
from liptune.api.resumable import protocol, service
from liptune.api.resumable.checksum import Checksum
from liptune.api.resumable.finish import finish
from liptune.api.resumable.incoming import Incoming
from liptune.api.resumable.openapi import CAPABILITIES, CREATED, MOVED_ON, PART_BODY, STANDS
from liptune.api.resumable.schemas import UploadResource
from liptune.api.services import ServicesDep, in_thread
from liptune.api.uploads.receive import Body
from liptune.core.errors import UnsupportedMediaType

LONGEST = 2**63 - 1

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])
speaks_tus = Depends(protocol.require_version)
Description = Annotated[str, Header(description="Names and base64 values, such as `filename` and `filetype`")]
Length = Annotated[int, Header(ge=0, le=LONGEST, description="Bytes of the whole file")]
Offset = Annotated[int, Header(ge=0, le=LONGEST, description="Where the body begins in the file")]
PartChecksum = Annotated[
    str | None,
    Header(
        json_schema_extra={"pattern": "^(sha1|sha256|sha512) [A-Za-z0-9+/]+={0,2}$"},
        description="`sha1`, `sha256` or `sha512`, a space, and the body's digest in base64",
    ),
]


@router.options("", status_code=204, responses={204: CAPABILITIES})
def capabilities(services: ServicesDep) -> Response:
    """What the service can do."""
    return Response(status_code=204, headers=protocol.capabilities(services.settings.max_upload_bytes))


@router.post(
    "",
    status_code=201,
    response_model=UploadResource,
    dependencies=[speaks_tus],
    responses=problems(401, 412, 413, 415, 422, 507) | {201: CREATED},
)
def create(
    services: ServicesDep,
    owner: OwnerDep,
    response: Response,
    upload_length: Length,
    upload_metadata: Description = "",
) -> UploadResource:
    """Starts an upload; its parts go to its ``Location``."""
    upload = service.create(services, owner, upload_length, upload_metadata)
    response.headers.update(protocol.progress(upload) | {"Location": f"/v1/uploads/{upload.id}"})
    return UploadResource.show(upload)


@router.head(
    "/{upload_id}",
    response_class=Response,
    dependencies=[speaks_tus],
    responses=problems(401, 404, 412) | {200: STANDS},
)
def head(upload_id: str, services: ServicesDep, owner: OwnerDep) -> Response:
    """Where to go on. ``Content-Location`` names the media once the upload is whole."""
    return Response(headers=protocol.facts(service.find(services, owner, upload_id)))


@router.get("/{upload_id}", responses=problems(401, 404))
def read(upload_id: str, services: ServicesDep, owner: OwnerDep) -> UploadResource:
    """The upload; ``media`` is set once it is whole."""
    return UploadResource.show(service.find(services, owner, upload_id))


@router.patch(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    dependencies=[speaks_tus],
    openapi_extra=PART_BODY,
    responses=problems(400, 401, 404, 409, 412, 413, 415, 422, 460) | {204: MOVED_ON},
)
async def append(
    upload_id: str,
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    *,
    upload_offset: Offset,
    upload_checksum: PartChecksum = None,
) -> Response:
    """Adds the body to the upload. The last part makes it media, or says why it cannot be."""
    if request.headers.get("content-type") != protocol.PART_TYPE:
        raise UnsupportedMediaType(f"A part is sent as {protocol.PART_TYPE}.")
    checksum = Checksum.parse(upload_checksum)
    upload = await in_thread(service.find_at, services, owner, upload_id, upload_offset)
    incoming = Incoming(services, upload, checksum)
    body = Body(request, upload.length)
    try:
        async with body.drained_if_refused():
            await incoming.take(body)
        if incoming.whole and incoming.file is not None:
            await finish(services, incoming, incoming.file)
        else:
            await incoming.keep()
    finally:
        await incoming.discard()
    return Response(status_code=204, headers=protocol.progress(upload))


@router.delete(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    dependencies=[speaks_tus],
    responses=problems(401, 404, 412),
)
def terminate(upload_id: str, services: ServicesDep, owner: OwnerDep) -> None:
    """Forgets the upload and what has arrived of it; the media it has become stays."""
    service.remove(services, service.find(services, owner, upload_id))
