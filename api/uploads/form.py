"""Receives a multipart form, streaming its files into storage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request

from liptune.api.errors import InvalidRequest
from liptune.api.services import Services, in_thread
from liptune.api.uploads.multipart import MultipartReader, Part, PartEnd
from liptune.api.uploads.receive import Body, Upload

FIELD_BYTES = 64 * 1024
OVERHEAD_BYTES = 1 << 20


@dataclass
class Form:
    """A multipart body: files by part name, and text fields."""

    files: dict[str, Upload] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def receive_form(
    request: Request, services: Services, files: frozenset[str], fields: frozenset[str] = frozenset()
) -> AsyncIterator[Form]:
    """A multipart body with at most these parts; its files are discarded on leaving unless committed."""
    form = Form()
    body = Body(request, services.settings.max_upload_bytes * len(files) + OVERHEAD_BYTES)
    try:
        async with body.drained_if_refused():
            await _FormFiller(form, services, files, fields).fill(body, request.headers["content-type"])
        yield form
    finally:
        for upload in form.files.values():
            await in_thread(upload.writer.discard)


class _FormFiller:
    def __init__(self, form: Form, services: Services, files: frozenset[str], fields: frozenset[str]) -> None:
        self._form = form
        self._services = services
        self._files = files
        self._fields = fields
        self._part = Part("", None, None)
        self._text = bytearray()

    async def fill(self, body: Body, content_type: str) -> None:
        reader = MultipartReader(content_type)
        async for chunk in body.chunks():
            for event in reader.feed(chunk):
                match event:
                    case Part():
                        await self._begin(event)
                    case PartEnd():
                        await self._end()
                    case bytes():
                        await self._add(event)
        reader.finish()

    async def _begin(self, part: Part) -> None:
        known = self._files | self._fields
        if part.name not in known:
            raise InvalidRequest(
                f"There is no part {part.name[:64]!r}; there are: {', '.join(sorted(known))}."
            )
        if part.name in self._form.files or part.name in self._form.fields:
            raise InvalidRequest(f"The part {part.name!r} comes twice.")
        if (part.filename is not None) != (part.name in self._files):
            raise InvalidRequest(
                f"The part {part.name!r} must {'' if part.name in self._files else 'not '}be a file."
            )
        self._part = part
        self._text.clear()
        if part.name in self._files:
            upload = await Upload.begin(self._services, part.content_type, part.filename)
            self._form.files[part.name] = upload

    async def _add(self, chunk: bytes) -> None:
        if self._part.name in self._files:
            await self._form.files[self._part.name].add(chunk)
            return
        self._text += chunk
        if len(self._text) > FIELD_BYTES:
            raise InvalidRequest(f"The field {self._part.name!r} is longer than {FIELD_BYTES} bytes.")

    async def _end(self) -> None:
        if self._part.name in self._files:
            await self._form.files[self._part.name].flush()
            return
        try:
            self._form.fields[self._part.name] = self._text.decode()
        except UnicodeDecodeError as error:
            raise InvalidRequest(f"The field {self._part.name!r} is not UTF-8.") from error
