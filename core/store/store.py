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
        """Connects; makes the folders where they are missing, but no tables."""
        blobs = LocalBlobs.open(settings.data.resolve() / "files")
        return cls(Database(settings.sqlalchemy_url), blobs)

    def close(self) -> None:
        """Closes the connections."""
        self.database.close()
