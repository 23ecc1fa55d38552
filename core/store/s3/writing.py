"""Gathers a file on the local disk and uploads it to a bucket when it is committed."""

from pathlib import Path

from boto3.s3.transfer import TransferConfig

from liptune.core.store.blobs.incoming import IncomingFile
from liptune.core.store.blobs.protocol import StoredBlob
from liptune.core.store.s3.client import Bucket, in_words

PART_BYTES = 16 << 20
PARTS_AT_ONCE = 4


def transfer() -> TransferConfig:
    """Files larger than a part go in parts, some at a time, straight from and to the disk."""
    return TransferConfig(
        multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=PARTS_AT_ONCE
    )


class S3Writer(IncomingFile):
    """Gathers the file on the local disk, where it can be probed, and uploads it when it is committed.

    The bucket shows a file only when all of its parts are there, so never half of one.
    """

    def __init__(self, bucket: Bucket, temporary: Path) -> None:
        super().__init__(temporary, in_words)
        self._bucket = bucket

    def commit(self, key: str) -> StoredBlob:
        with in_words():
            self._file.close()
            # The server compares each part with its own SHA-256; the whole file's travels beside it.
            self._bucket.client.upload_file(
                str(self._temporary),
                self._bucket.name,
                key,
                ExtraArgs={"Metadata": {"sha256": self.sha256()}, "ChecksumAlgorithm": "SHA256"},
                Config=transfer(),
            )
        return StoredBlob(key, self.size, self.sha256())
