"""Moves the files that an operation wrote into storage."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from liptune.core.store.blobs.protocol import BlobStore, StoredBlob
from liptune.core.store.database.models import Artifact
from liptune.core.store.jobs.claims import Claim

CHUNK_BYTES = 1 << 20
MEDIA_TYPES = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".ts": "video/mp2t",
    ".m2ts": "video/mp2t",
    ".mts": "video/mp2t",
    ".mxf": "application/mxf",
    ".flv": "video/x-flv",
    ".ogv": "video/ogg",
    ".mpg": "video/mpeg",
    ".csv": "text/csv; charset=utf-8",
    ".edl": "text/plain",
    ".otio": "application/json",
}


def keep(blobs: BlobStore, claim: Claim, paths: Iterable[Path]) -> tuple[Artifact, ...]:
    """Stores the files under keys of this attempt; returns the rows that will make them visible."""
    return tuple(_artifact(blobs, claim, path, position) for position, path in enumerate(paths))


def discard(blobs: BlobStore, artifacts: Iterable[Artifact]) -> None:
    """Removes files that no row will ever name."""
    for artifact in artifacts:
        blobs.delete(artifact.blob)


def discard_others(blobs: BlobStore, claim: Claim, artifacts: Iterable[Artifact]) -> None:
    """Removes what attempts that did not come to an end have stored for the job."""
    kept = {artifact.blob for artifact in artifacts}
    for key in blobs.keys(f"jobs/{claim.job_id}/"):
        if key not in kept:
            blobs.delete(key)


def _artifact(blobs: BlobStore, claim: Claim, path: Path, position: int) -> Artifact:
    with path.open("rb") as file:
        stored = store_file(blobs, file, f"jobs/{claim.job_id}/{claim.token}/{path.name}")
    return Artifact(
        job_id=claim.job_id,
        name=path.name,
        position=position,
        media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        bytes=stored.bytes,
        sha256=stored.sha256,
        blob=stored.key,
    )


def store_file(blobs: BlobStore, file: IO[bytes], key: str) -> StoredBlob:
    """Copies an open file into storage."""
    writer = blobs.create()
    try:
        while chunk := file.read(CHUNK_BYTES):
            writer.write(chunk)
        return writer.commit(key)
    finally:
        writer.discard()
