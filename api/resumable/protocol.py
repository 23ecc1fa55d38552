"""Reads and writes the headers of tus 1.0 (https://tus.io/protocols/resumable-upload)."""

import base64
import binascii
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Annotated

from fastapi import Header

from liptune.api.errors import InvalidRequest, UnsupportedTusVersion
from liptune.api.metadata import parse_metadata
from liptune.core.store.database.models import ResumableUpload

VERSION = "1.0.0"
PART_TYPE = "application/offset+octet-stream"
EXTENSIONS = "creation,expiration,checksum,termination"
CHECKSUMS = ("sha1", "sha256", "sha512")
DESCRIPTION_BYTES = 8192


def require_version(
    tus_resumable: Annotated[str | None, Header(description=f"The protocol's version, {VERSION}")] = None,
) -> None:
    """Raises UnsupportedTusVersion unless the client speaks this version."""
    if tus_resumable != VERSION:
        raise UnsupportedTusVersion(f"Tus-Resumable must be {VERSION}.")


def capabilities(largest: int) -> dict[str, str]:
    """What the service can do, as headers."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(largest),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }


def parse_description(header: str) -> Mapping[str, str]:
    """What the client says of its file: names, each with its value in base64.

    Raises:
        InvalidRequest: The header is something else.
    """
    if len(header) > DESCRIPTION_BYTES:
        raise InvalidRequest(f"Upload-Metadata is longer than {DESCRIPTION_BYTES} characters.")
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    try:
        return {name: base64.b64decode(value, validate=True).decode() for name, _, value in pairs}
    except (binascii.Error, UnicodeError) as error:
        raise InvalidRequest("Upload-Metadata is not a list of names and base64 values.") from error


def described_metadata(description: str) -> dict[str, str] | None:
    """The media's metadata among what the client says of its file, in JSON; None where it says nothing.

    Raises:
        InvalidRequest: It is something else.
    """
    given = parse_description(description).get("metadata")
    return None if given is None else parse_metadata(given)


def progress(upload: ResumableUpload) -> dict[str, str]:
    """How far the upload is, and what it has become, as headers."""
    headers = {
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": format_datetime(upload.expires_at.replace(microsecond=0), usegmt=True),
        "Cache-Control": "no-store",
    }
    if upload.media_id is not None:
        headers["Content-Location"] = f"/v1/media/{upload.media_id}"
    return headers


def facts(upload: ResumableUpload) -> dict[str, str]:
    """Everything about the upload, as headers."""
    headers = progress(upload) | {"Upload-Length": str(upload.length)}
    return headers | ({"Upload-Metadata": upload.described} if upload.described else {})
