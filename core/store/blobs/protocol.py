"""The `BlobStore` protocol: files by key, written whole, read by range; and its writer."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class StoredBlob:
    """What was written."""

    key: str
    bytes: int
    sha256: str


class BlobWriter(Protocol):
    """A file being written, invisible until it is committed."""

    size: int

    def write(self, chunk: bytes) -> None:
        """Appends and hashes."""
        ...

    def sha256(self) -> str:
        """The digest of what has been written so far, in hex."""
        ...

    def path(self) -> AbstractContextManager[Path]:
        """What has been written so far, as a local file."""
        ...

    def commit(self, key: str) -> StoredBlob:
        """Makes it visible under ``key``, whole, replacing what was there."""
        ...

    def discard(self) -> None:
        """Leaves nothing behind; harmless after `commit`."""
        ...


class BlobStore(Protocol):
    """Files by key (``media/…``, ``jobs/…``, ``analyses/…``).

    Every call may raise StorageUnavailable.
    """

    def create(self) -> BlobWriter:
        """Starts a file."""
        ...

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Streams bytes ``start`` to ``end``, the last not included.

        Raises:
            NotFound: There is no such file.
        """
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """The file on the local disk, for as long as the context is open.

        Raises:
            NotFound: There is no such file.
        """
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Names the files under ``prefix``, which ends in a slash."""
        ...

    def delete(self, key: str) -> None:
        """Removes the file; harmless if there is none."""
        ...

    def expire(self, prefix: str, older: timedelta) -> None:
        """Removes the files under ``prefix`` that were written longer ago than that."""
        ...

    def link(self, key: str, media_type: str, disposition: str) -> str | None:
        """An address where a client may fetch the file without us, for a while; None where there is none."""
        ...

    def sweep(self, older: timedelta) -> None:
        """Removes what writers that died longer ago than that left behind."""
        ...

    def check(self) -> None:
        """Raises StorageUnavailable when nothing can be written."""
        ...
