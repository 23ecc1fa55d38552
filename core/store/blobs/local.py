"""A `BlobStore` in a local folder."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Self

from liptune.core.errors import NotFound, StorageUnavailable
from liptune.core.store.blobs.incoming import IncomingFile
from liptune.core.store.blobs.protocol import StoredBlob
from liptune.core.store.ids import new_id

CHUNK_BYTES = 1 << 20


class LocalWriter(IncomingFile):
    """Writes under a temporary name in the same file system, then renames."""

    def __init__(self, temporary: Path, root: Path) -> None:
        super().__init__(temporary, _unavailable)
        self._root = root

    def commit(self, key: str) -> StoredBlob:
        target = _inside(self._root, key)
        with _unavailable():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            target.parent.mkdir(parents=True, exist_ok=True)
            self._temporary.replace(target)
        return StoredBlob(key, self.size, self.sha256())


class LocalBlobs:
    """A `BlobStore` in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"

    @classmethod
    def open(cls, root: Path) -> Self:
        """Makes the folder where it is missing."""
        (root / ".incoming").mkdir(parents=True, exist_ok=True)
        return cls(root)

    def create(self) -> LocalWriter:
        return LocalWriter(self._incoming / new_id(), self._root)

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        with self.local(key) as path:
            return _stream(path.open("rb"), start, end)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        path = _inside(self._root, key)
        if not path.is_file():
            raise NotFound("The file is gone.")
        yield path

    def keys(self, prefix: str) -> Iterator[str]:
        for path in sorted(_inside(self._root, prefix).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(self._root))

    def delete(self, key: str) -> None:
        path = _inside(self._root, key)
        path.unlink(missing_ok=True)
        for parent in path.relative_to(self._root).parents[:-2]:
            try:
                (self._root / parent).rmdir()
            except OSError:
                return

    def check(self) -> None:
        with _unavailable():
            free = shutil.disk_usage(self._root).free
        if free == 0 or not os.access(self._incoming, os.W_OK):
            raise StorageUnavailable("The storage folder cannot be written.")

    def expire(self, prefix: str, older: timedelta) -> None:
        folder = _inside(self._root, prefix)
        if folder.is_dir():
            remove_old(folder, older)

    def link(self, key: str, media_type: str, disposition: str) -> None:  # noqa: ARG002
        return None

    def sweep(self, older: timedelta) -> None:
        remove_old(self._incoming, older)


def remove_old(folder: Path, older: timedelta) -> None:
    """Removes the files in the folder that were last written longer ago than that."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < time.time() - older.total_seconds():
                path.unlink()


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"The storage folder cannot be written: {error.strerror}.") from error


def _stream(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


def _inside(root: Path, key: str) -> Path:
    path = root / key
    if ".." in path.parts or not path.is_relative_to(root):
        raise ValueError("a key may not leave the storage folder")
    return path
