"""The database and the files together, as settings say."""

from dataclasses import dataclass
from typing import Self

from core.settings import Settings
from core.store.blobs import BlobStore
from core.store.database import Database
from core.store.local import LocalBlobs
from core.store.scratch import Scratch


@dataclass(frozen=True)
class Store:
    """Everything that outlives a process."""

    database: Database
    blobs: BlobStore
    scratch: Scratch

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects; makes the folders where they are missing, but no tables and no bucket."""
        scratch = Scratch.open(settings.data.resolve() / "scratch")
        return cls(Database(settings.sqlalchemy_url), open_blobs(settings, scratch), scratch)

    def close(self) -> None:
        """Closes the connections and removes temporary files."""
        self.database.close()
        self.scratch.close()


def open_blobs(settings: Settings, scratch: Scratch) -> BlobStore:
    """The bucket that the settings name, else a folder."""
    if settings.s3_bucket is None:
        return LocalBlobs.open(settings.data.resolve() / "files")
    from core.store.s3 import S3Blobs  # noqa: PLC0415 - half a second that most services need not pay

    return S3Blobs.open(settings, scratch)
