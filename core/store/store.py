"""Opens what the settings name: the database, the files (folder or bucket), and a scratch folder."""

from contextlib import closing
from dataclasses import dataclass
from typing import Self

from liptune.core.settings import Settings
from liptune.core.store.blobs.local import LocalBlobs
from liptune.core.store.blobs.protocol import BlobStore
from liptune.core.store.database.connection import Database
from liptune.core.store.scratch import Scratch


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
    from liptune.core.store.s3.blobs import S3Blobs  # noqa: PLC0415 - half a second that most services need not pay

    return S3Blobs.open(settings, scratch)


def prepare(settings: Settings) -> None:
    """Brings the tables up to date, and makes the bucket where one is named and not there."""
    from liptune.core.store.database.migrate import upgrade  # noqa: PLC0415 - only this needs alembic

    with closing(Database(settings.sqlalchemy_url)) as database:
        upgrade(database.engine)
    if settings.s3_bucket is not None:
        from liptune.core.store.s3.client import make_bucket  # noqa: PLC0415 - half a second that others need not pay

        make_bucket(settings)
