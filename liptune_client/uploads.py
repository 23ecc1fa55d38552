"""Uploads in parts (tus 1.0), which go on where a broken connection left them."""

import base64
import hashlib
import json
import mimetypes
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import httpx

from .errors import Refused
from .http import Http

PART_BYTES = 16 << 20
ATTEMPTS = 8
TUS = {"Tus-Resumable": "1.0.0"}
MISPLACED = frozenset({"offset_conflict", "checksum_mismatch", "upload_incomplete"})

Progress = Callable[[int, int], None]
"""Called with the bytes that have arrived, and all there are."""


def upload(
    http: Http,
    path: Path,
    media_type: str | None,
    progress: Progress,
    metadata: Mapping[str, str] | None = None,
) -> str:
    """Sends the file; returns the path of the media that it has become."""
    kind = media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    facts = {"filename": path.name, "filetype": kind}
    if metadata is not None:
        facts["metadata"] = json.dumps(dict(metadata))
    described = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in facts.items()
    )
    length = path.stat().st_size
    begun = http.send(
        "POST", "/v1/uploads", headers=TUS | {"Upload-Length": str(length), "Upload-Metadata": described}
    )
    with path.open("rb") as file:
        return _send_parts(http, begun.headers["location"], file, length, progress)


def _send_parts(http: Http, url: str, file: BinaryIO, length: int, progress: Progress) -> str:
    offset, failed = 0, 0
    while True:
        try:
            answer = _send_part(http, url, file, offset)
            failed = 0
        except (httpx.TransportError, Refused) as error:
            failed += 1
            if failed == ATTEMPTS or (isinstance(error, Refused) and error.problem["code"] not in MISPLACED):
                raise
            time.sleep(0.1 * 2**failed)
            answer = http.send("HEAD", url, headers=TUS)
        offset = int(answer.headers["upload-offset"])
        progress(offset, length)
        if offset == length:
            return answer.headers["content-location"]


def _send_part(http: Http, url: str, file: BinaryIO, offset: int) -> httpx.Response:
    file.seek(offset)
    part = file.read(PART_BYTES)
    headers = TUS | {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": str(offset),
        "Upload-Checksum": f"sha256 {base64.b64encode(hashlib.sha256(part).digest()).decode()}",
    }
    return http.send("PATCH", url, content=part, headers=headers)
