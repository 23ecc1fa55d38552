"""Queries for resumable uploads and their parts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from liptune.core.store.database.models import ResumableUpload, UploadPart
from liptune.core.store.ids import now


class UploadRepository:
    """The SQL of resumable uploads. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, upload: ResumableUpload) -> None:
        """Inserts an upload of which nothing has arrived."""
        self.session.add(upload)

    def get(self, upload_id: str, owner: str) -> ResumableUpload | None:
        """Returns the owner's upload of this id unless it has expired."""
        mine = ResumableUpload.id == upload_id, ResumableUpload.owner == owner
        return self.session.scalar(select(ResumableUpload).where(*mine, ResumableUpload.expires_at > now()))

    def parts(self, upload_id: str) -> Sequence[UploadPart]:
        """Returns what has arrived, in order."""
        query = select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.start)
        return self.session.scalars(query).all()

    def append(self, part: UploadPart, expires_at: datetime) -> bool:
        """Adds a part; False, with nothing changed, unless it begins where the upload has ended so far."""
        offset = part.start + part.bytes
        if not self._advance(part.upload_id, part.start, offset=offset, expires_at=expires_at):
            return False
        self.session.add(part)
        return True

    def finish(self, upload: ResumableUpload, media_id: str, expires_at: datetime) -> bool:
        """Says that the upload is whole and has become media; False if another request was faster."""
        whole = {"offset": upload.length, "media_id": media_id, "expires_at": expires_at}
        return self._advance(upload.id, upload.offset, **whole)

    def forget_parts(self, upload_id: str) -> None:
        """Removes the rows of parts whose files are gone."""
        self.session.execute(delete(UploadPart).where(UploadPart.upload_id == upload_id))

    def delete(self, upload_id: str) -> None:
        """Removes the rows; the files are the caller's."""
        self.session.execute(delete(ResumableUpload).where(ResumableUpload.id == upload_id))

    def _advance(self, upload_id: str, start: int, **values: object) -> bool:
        here = ResumableUpload.id == upload_id, ResumableUpload.offset == start
        changed = self.session.execute(update(ResumableUpload).where(*here).values(**values))
        return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]
