"""Streams a file out of a bucket, resuming after broken connections and checking its SHA-256."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from liptune.core.errors import StorageUnavailable
from liptune.core.store.s3.client import Bucket, in_words

CHUNK_BYTES = 1 << 20
RESUMPTIONS = 3


class Reading:
    """Streams bytes ``start`` to ``end`` of a file, going on where a connection broke.

    A file that is read whole is compared with its SHA-256 before its last bytes are handed on, so that a
    damaged one cannot pass for whole.
    """

    def __init__(self, bucket: Bucket, key: str, start: int, end: int) -> None:
        self._bucket = bucket
        self._key = key
        self._at = start
        self._end = end
        self._sum = hashlib.sha256()
        self._wanted: str | None = None

    def chunks(self) -> Iterator[bytes]:
        """Asks for the file at once; what it returns streams.

        Raises:
            NotFound: There is no such file.
            StorageUnavailable: The server is away.
        """
        if self._at >= self._end:
            with in_words():
                self._bucket.client.head_object(Bucket=self._bucket.name, Key=self._key)
            return iter(())
        whole = self._at == 0
        opened = self._open(first=whole)
        return self._verified(opened) if self._wanted else self._resumed(opened)

    def _open(self, *, first: bool = False) -> Iterator[bytes]:
        with in_words():
            answer = self._bucket.client.get_object(
                Bucket=self._bucket.name, Key=self._key, Range=f"bytes={self._at}-{self._end - 1}"
            )
        total = int(answer["ContentRange"].rpartition("/")[2])
        self._end = min(self._end, total)
        if first and self._end == total:
            self._wanted = answer["Metadata"].get("sha256", "missing")
        return iter(answer["Body"].iter_chunks(CHUNK_BYTES))

    def _resumed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        left = RESUMPTIONS
        while self._at < self._end:
            try:
                chunk = _next(chunks)
            except StorageUnavailable:
                left -= 1
                if left < 0:
                    raise
                chunks = self._open()
                continue
            self._at += len(chunk)
            yield chunk

    def _verified(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        held = b""
        for chunk in self._resumed(chunks):
            self._sum.update(chunk)
            if held:
                yield held
            held = chunk
        if self._sum.hexdigest() != self._wanted:
            raise StorageUnavailable("The file in storage is not what was written.")
        yield held


def _next(chunks: Iterator[bytes]) -> bytes:
    with in_words():
        chunk = next(chunks, b"")
    if not chunk:
        raise StorageUnavailable("The file in storage ends early.")
    return chunk


def digest_of(path: Path) -> str:
    """The SHA-256 of a local file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
