"""Reads a job request, JSON with media ids or one form with the files, and stores its files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
from fastapi import Request
from pydantic import ValidationError

from liptune.api.errors import InvalidRequest, MediaInUse
from liptune.api.jobs import service
from liptune.api.jobs.schemas import JobRequest
from liptune.api.json_bodies import declared_type, faults_of, read_body
from liptune.api.media import service as media
from liptune.api.services import Services, in_thread
from liptune.api.strict_json import read_json
from liptune.api.uploads.form import Form, receive_form
from liptune.api.uploads.receive import is_multipart
from liptune.core.errors import NotFound, UnsupportedMediaType

JSON_BYTES = 256 * 1024
FILES = frozenset({"video", "audio", "gallery"})
PLAIN = frozenset({"operation", "priority"})
FIELDS = frozenset({*PLAIN, "options", "webhook", "metadata"})


@asynccontextmanager
async def read_request(request: Request, services: Services, owner: str) -> AsyncIterator[JobRequest]:
    """A checked request whose media are stored; those that came with it go again if the block fails."""
    if not is_multipart(request):
        yield await _read_json(request, services)
        return
    async with receive_form(request, services, FILES, FIELDS) as form, _taken_back(services, owner) as new:
        yield await _store_media(services, owner, form, new)


@asynccontextmanager
async def _taken_back(services: Services, owner: str) -> AsyncIterator[list[str]]:
    """Deletes the media that the block adds to the list if it raises, unless another job uses them."""
    new: list[str] = []
    try:
        yield new
    except BaseException:
        with anyio.CancelScope(shield=True):
            for media_id in new:
                with suppress(NotFound, MediaInUse):
                    await in_thread(media.delete, services, owner, media_id)
        raise


async def _read_json(request: Request, services: Services) -> JobRequest:
    if declared_type(request) != "application/json":
        raise UnsupportedMediaType("A job is requested with application/json or multipart/form-data.")
    given = read_json(await read_body(request, JSON_BYTES), "The body")
    return await in_thread(service.check, services, _parse(given))


async def _store_media(services: Services, owner: str, form: Form, new: list[str]) -> JobRequest:
    missing = {"video"} - form.files.keys() | {"operation"} - form.fields.keys()
    if missing:
        raise InvalidRequest(f"The form has no part {min(missing)!r}.")
    given = {
        name: text if name in PLAIN else read_json(text, f"The field {name!r}")
        for name, text in form.fields.items()
    }
    wanted = _parse({"video": "", **given})
    checked = await in_thread(service.check, services, wanted)
    stored = {}
    for name, upload in form.files.items():
        accepted, is_new = await media.accept(services, owner, upload)
        stored[name] = accepted.id
        if is_new:
            new.append(accepted.id)
    return checked.model_copy(update=stored)


def _parse(given: Any) -> JobRequest:
    try:
        return JobRequest.model_validate(given)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, where)) or 'body'}: {what}" for where, what in faults_of(error)]
        raise InvalidRequest("; ".join(faults[:8]), details={"errors": faults[:8]}) from error
