"""Receives one part of an upload from a request's body and stores it."""

from datetime import datetime

from liptune.api.errors import OffsetConflict, UploadIncomplete
from liptune.api.resumable.checksum import Checksum
from liptune.api.services import Services, in_thread
from liptune.api.uploads.receive import Body, Upload
from liptune.core.errors import MediaTooLarge
from liptune.core.store.blobs.protocol import BlobWriter
from liptune.core.store.database.models import ResumableUpload, UploadPart
from liptune.core.store.ids import new_id, now
from liptune.core.store.uploads import UploadRepository

PART_BYTES = 64 << 20


class Incoming:
    """Stores what arrives, in parts, so that little is lost when the connection or the service goes away."""

    def __init__(self, services: Services, upload: ResumableUpload, checksum: Checksum | None) -> None:
        self.upload = upload
        self.file: Upload | None = None
        self._services = services
        self._checksum = checksum
        self._left = upload.length - upload.offset

    @property
    def whole(self) -> bool:
        """Whether nothing is missing any more."""
        return self._left == 0

    async def take(self, body: Body) -> None:
        """Reads the body. What arrived of one that is cut off is kept, unless a checksum was to cover it.

        Raises:
            MediaTooLarge: It goes beyond the upload's length.
            UploadIncomplete: It was cut off.
            ChecksumMismatch: It is not what was sent.
        """
        try:
            async for chunk in body.chunks():
                await self._add(chunk)
        except UploadIncomplete:
            if self._checksum is None and not self.whole:
                await self.keep()
            raise
        if self._checksum is not None:
            self._checksum.verify()
        if self.file is not None:
            await self.file.flush()

    async def keep(self) -> None:
        """Adds what has arrived to the upload; raises OffsetConflict when another request was faster."""
        if self.file is not None:
            await self.file.flush()
            await in_thread(keep_part, self._services, self.upload, self.file.writer)
            self.file = None

    async def discard(self) -> None:
        """Leaves nothing behind of what was not kept."""
        if self.file is not None:
            await in_thread(self.file.writer.discard)

    async def _add(self, chunk: bytes) -> None:
        if not chunk:
            return
        self._left -= len(chunk)
        if self._left < 0:
            raise MediaTooLarge(f"The upload was announced with {self.upload.length} bytes.")
        if self._checksum is not None:
            self._checksum.update(chunk)
        if self.file is None:
            self.file = await self._open()
        await self.file.add(chunk)
        if self._checksum is None and not self.whole and self.file.writer.size >= PART_BYTES:
            await self.keep()

    async def _open(self) -> Upload:
        writer = await in_thread(self._services.store.blobs.create)
        return Upload(writer, self.upload.length, self.upload.media_type, self.upload.filename)


def keep_part(services: Services, upload: ResumableUpload, writer: BlobWriter) -> None:
    """Commits a part and moves the upload's offset behind it."""
    stored = writer.commit(f"uploads/{upload.id}/{new_id()}")
    part = UploadPart(upload_id=upload.id, start=upload.offset, bytes=stored.bytes, blob=stored.key)
    expires_at = expiry(services)
    with services.store.database.writing() as session:
        kept = UploadRepository(session).append(part, expires_at)
    if not kept:
        services.store.blobs.delete(stored.key)
        raise OffsetConflict("Another request has moved the upload on.", remedy="Ask for its offset again.")
    upload.offset += stored.bytes
    upload.expires_at = expires_at


def expiry(services: Services) -> datetime:
    """When an upload that has just moved on will be forgotten."""
    return now() + services.settings.upload_retention
