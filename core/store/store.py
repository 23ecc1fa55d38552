"""The database and the files together, as settings say."""

from dataclasses import dataclass
from typing import Self

from core.settings import Settings
from core.store.blobs import BlobStore
from core.store.database import Database
from core.store.local import LocalBlobs


@dataclass(frozen=True)
class Store:
    """Everything that outlives a process."""

    database: Database
    blobs: BlobStore

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects; makes the folders where they are missing, but no tables and no bucket."""
        return cls(Database(settings.sqlalchemy_url), open_blobs(settings))

    def close(self) -> None:
        """Closes the connections."""
        self.database.close()


def open_blobs(settings: Settings) -> BlobStore:
    """The bucket that the settings name, else a folder."""
    if settings.s3_bucket is None:
        return LocalBlobs.open(settings.data.resolve() / "files")
    from core.store.s3 import S3Blobs  # noqa: PLC0415 - half a second that most services need not pay

    return S3Blobs.open(settings)
