"""Receives a request's body as a file: limited, hashed and stored while it arrives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from fastapi import Request
from starlette.requests import ClientDisconnect

from liptune.api.errors import UploadIncomplete
from liptune.api.services import Services, in_thread
from liptune.api.uploads.names import display_name, media_type
from liptune.core.errors import LiptuneError, MediaTooLarge
from liptune.core.store.blobs.protocol import BlobWriter

BUFFER_BYTES = 1 << 20
DRAINED_BYTES = 16 << 20


@dataclass
class Upload:
    """A file being received."""

    writer: BlobWriter
    limit: int
    media_type: str
    filename: str | None
    _buffer: bytearray = field(default_factory=bytearray)

    @classmethod
    async def begin(cls, services: Services, declared: str | None, filename: str | None) -> Self:
        """Starts a file, if its declared type may be one."""
        accepted = media_type(declared)
        writer = await in_thread(services.store.blobs.create)
        return cls(writer, services.settings.max_upload_bytes, accepted, display_name(filename))

    async def add(self, chunk: bytes) -> None:
        """Appends; raises MediaTooLarge beyond the limit."""
        self._buffer += chunk
        if self.writer.size + len(self._buffer) > self.limit:
            raise too_large(self.limit)
        if len(self._buffer) >= BUFFER_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Writes what is buffered."""
        chunk, self._buffer = bytes(self._buffer), bytearray()
        await in_thread(self.writer.write, chunk)


def too_large(limit: int) -> MediaTooLarge:
    """The error for a body beyond ``limit`` bytes."""
    return MediaTooLarge(f"An upload may have at most {limit} bytes.", details={"limit": limit})


def is_multipart(request: Request) -> bool:
    """Whether the body is a multipart form."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


@asynccontextmanager
async def receive_body(request: Request, services: Services) -> AsyncIterator[Upload]:
    """The raw body as a file; discarded on leaving unless it was committed."""
    body = Body(request, services.settings.max_upload_bytes)
    async with body.drained_if_refused():
        upload = await Upload.begin(services, request.headers.get("content-type"), None)
    try:
        async with body.drained_if_refused():
            async for chunk in body.chunks():
                await upload.add(chunk)
            await upload.flush()
        yield upload
    finally:
        await in_thread(upload.writer.discard)


class Body:
    """A request's body, with a limit."""

    def __init__(self, request: Request, limit: int) -> None:
        self._stream = request.stream()
        self._declared = request.headers.get("content-length", "")
        self._limit = limit

    async def chunks(self) -> AsyncIterator[bytes]:
        """What arrives; raises MediaTooLarge before reading a body that declares too much."""
        if self._declared.isdecimal() and int(self._declared[:19]) > self._limit:
            raise too_large(self._limit)
        try:
            async for chunk in self._stream:
                yield chunk
        except ClientDisconnect as error:
            raise UploadIncomplete("The connection closed before the body was whole.") from error

    @asynccontextmanager
    async def drained_if_refused(self) -> AsyncIterator[None]:
        """Lets a client that is still sending hear why it is refused, if little is left."""
        try:
            yield
        except UploadIncomplete:
            raise
        except LiptuneError:
            await self._drain()
            raise

    async def _drain(self) -> None:
        read = 0
        try:
            async for chunk in self._stream:
                read += len(chunk)
                if read > DRAINED_BYTES:
                    return
        except ClientDisconnect:
            return
