"""The JSON of resumable uploads."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from liptune.core.store.database.models import ResumableUpload


class UploadResource(BaseModel):
    """An upload that arrives in parts."""

    id: str
    length: int = Field(description="Bytes of the whole file")
    offset: int = Field(description="Bytes that have arrived")
    filename: str | None
    media: str | None = Field(description="The id of the media that the upload has become, once it is whole")
    created_at: datetime
    expires_at: datetime

    @classmethod
    def show(cls, upload: ResumableUpload) -> Self:
        return cls(
            id=upload.id,
            length=upload.length,
            offset=upload.offset,
            filename=upload.filename,
            media=upload.media_id,
            created_at=upload.created_at,
            expires_at=upload.expires_at,
        )
