"""A file gathered on the local disk while it arrives: what the `BlobWriter` of every store shares."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path


class IncomingFile:
    """All of a `core.store.blobs.protocol.BlobWriter` but ``commit``.

    ``temporary``: where it is gathered, and can be probed. ``in_words`` turns the disk's errors into those of
    the store.
    """

    def __init__(self, temporary: Path, in_words: Callable[[], AbstractContextManager[None]]) -> None:
        self.size = 0
        self._temporary = temporary
        self._in_words = in_words
        self._hash = hashlib.sha256()
        with in_words():
            self._file = temporary.open("xb")

    def write(self, chunk: bytes) -> None:
        with self._in_words():
            self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def sha256(self) -> str:
        return self._hash.hexdigest()

    @contextmanager
    def path(self) -> Iterator[Path]:
        with self._in_words():
            self._file.flush()
        yield self._temporary

    def discard(self) -> None:
        with suppress(OSError):  # what is buffered may not fit the disk
            self._file.close()
        self._temporary.unlink(missing_ok=True)
