"""Reading a job request: JSON with media ids, or one form with the files."""

import json

from fastapi import Request
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from api.errors import InvalidRequest, UploadIncomplete
from api.jobs import service
from api.jobs.schemas import JobRequest
from api.media.service import accept
from api.services import Services, in_thread
from api.uploads.form import Form, receive_form
from api.uploads.receive import is_multipart
from core.errors import MediaTooLarge, UnsupportedMediaType

JSON_BYTES = 256 * 1024
FILES = frozenset({"video", "audio"})
FIELDS = frozenset({"operation", "options"})


async def read_request(request: Request, services: Services, owner: str) -> JobRequest:
    """Returns a checked request whose media are stored."""
    if is_multipart(request):
        async with receive_form(request, services, FILES, FIELDS) as form:
            return await _store_media(services, owner, form)
    declared = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if declared != "application/json":
        raise UnsupportedMediaType("A job is requested with application/json or multipart/form-data.")
    return await in_thread(service.check, _parse(await _body(request)))


async def _store_media(services: Services, owner: str, form: Form) -> JobRequest:
    missing = {"video"} - form.files.keys() | {"operation"} - form.fields.keys()
    if missing:
        raise InvalidRequest(f"The form has no part {min(missing)!r}.")
    options = _options(form.fields.get("options", "{}"))
    wanted = _parse(
        json.dumps({"operation": form.fields["operation"], "video": "", "options": options}).encode()
    )
    checked = await in_thread(service.check, wanted)
    stored = {name: (await accept(services, owner, upload))[0].id for name, upload in form.files.items()}
    return checked.model_copy(update=stored)


def _options(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("The field 'options' is not JSON.") from error


def _parse(body: bytes) -> JobRequest:
    try:
        return JobRequest.model_validate_json(body)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors()]
        raise InvalidRequest("; ".join(faults[:8]), details={"errors": faults[:8]}) from error


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > JSON_BYTES:
                raise MediaTooLarge(f"A JSON request may have at most {JSON_BYTES} bytes.")
    except ClientDisconnect as error:
        raise UploadIncomplete("The connection closed before the body was whole.") from error
    return bytes(body)
