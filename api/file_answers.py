"""Answering with a stored file: ranges, validators and HEAD (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from liptune.api.errors import RangeNotSatisfiable
from liptune.core.store.blobs.protocol import BlobStore

ONE_RANGE = re.compile(r"bytes=([0-9]{0,999})-([0-9]{0,999})\Z", re.IGNORECASE)


@dataclass(frozen=True)
class StoredFile:
    """A file that may be downloaded. ``name`` is what a browser saves it as."""

    blob: str
    bytes: int
    sha256: str
    media_type: str
    name: str
    inline: bool = False


def send_file(request: Request, blobs: BlobStore, file: StoredFile) -> Response:
    """The file, the part of it that is asked for, or 304."""
    headers = _headers(file)
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers={"ETag": headers["ETag"]})
    span = _wanted(request, file, headers["ETag"])
    start, end = span or (0, file.bytes)
    headers["Content-Length"] = str(end - start)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.bytes}"
    status = 200 if span is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=file.media_type)
    link = blobs.link(file.blob, file.media_type, headers["Content-Disposition"])
    if link is not None:
        return RedirectResponse(link, 307, headers={"Cache-Control": "no-store"})
    chunks = blobs.read(file.blob, start, end)
    return StreamingResponse(chunks, status_code=status, headers=headers, media_type=file.media_type)


def matches(condition: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names the tag."""
    if condition is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return "*" in tags or etag in tags


def _headers(file: StoredFile) -> dict[str, str]:
    disposition = "inline" if file.inline else "attachment"
    return {
        "ETag": f'"{file.sha256}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "sandbox allow-scripts",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }


def _wanted(request: Request, file: StoredFile, etag: str) -> tuple[int, int] | None:
    """The one range asked for, its end not included; None for the whole file."""
    if request.method != "GET" or request.headers.get("if-range") not in {None, etag}:
        return None
    found = ONE_RANGE.match(request.headers.get("range", ""))
    if found is None or found.groups() == ("", ""):
        return None
    return _span(found[1], found[2], file.bytes)


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return start, end
