"""A `BlobStore` in a bucket of an S3-compatible server."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from liptune.core.errors import NotFound, StorageUnavailable
from liptune.core.settings import Settings
from liptune.core.store.ids import new_id, now
from liptune.core.store.s3.client import Bucket, in_words, open_bucket
from liptune.core.store.s3.reading import Reading, digest_of
from liptune.core.store.s3.writing import S3Writer, transfer
from liptune.core.store.scratch import Scratch

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef


class S3Blobs:
    """A `BlobStore` in a bucket. ``folder`` holds what is on its way in or out of it."""

    def __init__(self, bucket: Bucket, folder: Path, presign: timedelta | None) -> None:
        self._bucket = bucket
        self._folder = folder
        self._presign = presign

    @classmethod
    def open(cls, settings: Settings, scratch: Scratch) -> Self:
        """Names the bucket, but does not make it."""
        return cls(open_bucket(settings), scratch.path, settings.s3_presign)

    def create(self) -> S3Writer:
        return S3Writer(self._bucket, self._folder / new_id())

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        return Reading(self._bucket, key, start, end).chunks()

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        path = self._folder / new_id()
        try:
            self._fetch(key, path)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        return (found["Key"] for found in self._list(prefix))

    def delete(self, key: str) -> None:
        with in_words():
            self._bucket.client.delete_object(Bucket=self._bucket.name, Key=key)

    def expire(self, prefix: str, older: timedelta) -> None:
        for found in self._list(prefix):
            if found["LastModified"] < now() - older:
                self.delete(found["Key"])

    def link(self, key: str, media_type: str, disposition: str) -> str | None:
        if self._presign is None:
            return None
        return self._bucket.public.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket.name,
                "Key": key,
                "ResponseContentType": media_type,
                "ResponseContentDisposition": disposition,
            },
            ExpiresIn=int(self._presign.total_seconds()),
        )

    def check(self) -> None:
        try:
            with in_words():
                self._bucket.impatient.head_bucket(Bucket=self._bucket.name)
        except NotFound as error:
            raise StorageUnavailable("There is no such bucket.") from error

    def sweep(self, older: timedelta) -> None:
        """Removes what uploads that died have left in the bucket; `Scratch` does so here."""
        with in_words():
            listed = self._bucket.client.list_multipart_uploads(Bucket=self._bucket.name)
            for upload in listed.get("Uploads", []):
                if upload["Initiated"] < now() - older:
                    self._bucket.client.abort_multipart_upload(
                        Bucket=self._bucket.name, Key=upload["Key"], UploadId=upload["UploadId"]
                    )

    def _fetch(self, key: str, path: Path) -> None:
        with in_words():
            head = self._bucket.client.head_object(Bucket=self._bucket.name, Key=key)
            self._bucket.client.download_file(self._bucket.name, key, str(path), Config=transfer())
        if digest_of(path) != head["Metadata"].get("sha256"):
            raise StorageUnavailable("The file in storage is not what was written.")

    def _list(self, prefix: str) -> Iterator["ObjectTypeDef"]:
        pages = self._bucket.client.get_paginator("list_objects_v2")
        with in_words():
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=prefix):
                yield from page.get("Contents", [])
