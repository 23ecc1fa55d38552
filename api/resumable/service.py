"""Starts, finds and removes resumable uploads. Everything here blocks: call it from a thread."""

from liptune.api.errors import OffsetConflict
from liptune.api.resumable.incoming import expiry
from liptune.api.resumable.protocol import described_metadata, parse_description
from liptune.api.services import Services
from liptune.api.uploads.names import display_name, media_type
from liptune.api.uploads.receive import too_large
from liptune.api.usage.quota import reserve_bytes
from liptune.core.errors import MediaUnreadable, NotFound
from liptune.core.store.database.models import ResumableUpload
from liptune.core.store.ids import new_id, now
from liptune.core.store.uploads import UploadRepository


def create(services: Services, owner: str, length: int, description: str) -> ResumableUpload:
    """Starts an upload of so many bytes.

    Raises:
        MediaUnreadable: It will be empty.
        MediaTooLarge: It will be beyond the limit.
        QuotaExceeded: The owner would store too much.
        UnsupportedMediaType: Its description says that it is neither video nor audio.
    """
    if length == 0:
        raise MediaUnreadable("The file is empty.")
    if length > services.settings.max_upload_bytes:
        raise too_large(services.settings.max_upload_bytes)
    described = parse_description(description)
    described_metadata(description)
    upload = ResumableUpload(
        id=new_id(),
        owner=owner,
        length=length,
        offset=0,
        filename=display_name(described.get("filename")),
        media_type=media_type(described.get("filetype") or "application/octet-stream"),
        described=description,
        created_at=now(),
        expires_at=expiry(services),
    )
    with services.store.database.writing() as session:
        reserve_bytes(session, services, owner, length)
        UploadRepository(session).add(upload)
    return upload


def find(services: Services, owner: str, upload_id: str) -> ResumableUpload:
    """Returns the owner's upload, or raises NotFound."""
    with services.store.database.reading() as session:
        upload = UploadRepository(session).get(upload_id, owner)
    if upload is None:
        raise NotFound(f"There is no upload {upload_id[:64]!r}.", remedy="Start a new one.")
    return upload


def find_at(services: Services, owner: str, upload_id: str, offset: int) -> ResumableUpload:
    """Like `find`; raises OffsetConflict unless the upload stands at ``offset``."""
    upload = find(services, owner, upload_id)
    if upload.offset != offset:
        raise OffsetConflict(
            f"The upload stands at {upload.offset}, not at {offset}.", details={"offset": upload.offset}
        )
    return upload


def remove(services: Services, upload: ResumableUpload) -> None:
    """Removes the upload and what has arrived of it; the media it has become stays."""
    with services.store.database.writing() as session:
        uploads = UploadRepository(session)
        parts = uploads.parts(upload.id)
        uploads.delete(upload.id)
    for part in parts:
        services.store.blobs.delete(part.blob)
