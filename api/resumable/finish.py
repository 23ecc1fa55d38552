"""Joins the parts of a whole upload into one file and makes it media."""

from collections.abc import Sequence

from liptune.api.errors import OffsetConflict
from liptune.api.media.service import accept
from liptune.api.resumable.incoming import Incoming, expiry
from liptune.api.resumable.protocol import described_metadata
from liptune.api.resumable.service import remove
from liptune.api.services import Services, in_thread
from liptune.api.uploads.receive import Upload
from liptune.core.errors import LiptuneError
from liptune.core.store.blobs.protocol import BlobStore, BlobWriter
from liptune.core.store.database.models import ResumableUpload, UploadPart
from liptune.core.store.uploads import UploadRepository

CHUNK_BYTES = 1 << 20


async def finish(services: Services, incoming: Incoming, last: Upload) -> None:
    """Joins the parts and accepts the file. Its offset says that it is whole only once it is media.

    Raises:
        MediaError: It cannot be used; the upload is gone.
    """
    upload = incoming.upload
    joined = await in_thread(_join, services, upload, last)
    try:
        metadata = described_metadata(upload.described)
        media, _ = await accept(services, upload.owner, joined, metadata, announced=upload.length)
    except LiptuneError:
        await in_thread(remove, services, upload)
        raise
    finally:
        await in_thread(joined.writer.discard)
    await in_thread(_record, services, upload, media.id)


def _join(services: Services, upload: ResumableUpload, last: Upload) -> Upload:
    with services.store.database.reading() as session:
        parts = UploadRepository(session).parts(upload.id)
    if not parts:
        return last
    blobs = services.store.blobs
    writer = blobs.create()
    try:
        _copy(blobs, parts, last.writer, writer)
    except BaseException:
        writer.discard()
        raise
    return Upload(writer, last.limit, last.media_type, last.filename)


def _copy(blobs: BlobStore, parts: Sequence[UploadPart], last: BlobWriter, whole: BlobWriter) -> None:
    for part in parts:
        for chunk in blobs.read(part.blob, 0, part.bytes):
            whole.write(chunk)
    with last.path() as path, path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            whole.write(chunk)


def _record(services: Services, upload: ResumableUpload, media_id: str) -> None:
    expires_at = expiry(services)
    with services.store.database.writing() as session:
        uploads = UploadRepository(session)
        parts = uploads.parts(upload.id)
        if not uploads.finish(upload, media_id, expires_at):
            raise OffsetConflict("Another request has moved the upload on.")
    upload.offset, upload.media_id, upload.expires_at = upload.length, media_id, expires_at
    for part in parts:
        services.store.blobs.delete(part.blob)
    with services.store.database.writing() as session:
        UploadRepository(session).forget_parts(upload.id)
