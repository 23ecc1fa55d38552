"""Building blocks of the OpenAPI document for resumable uploads."""

from typing import Any

from liptune.api.openapi_texts import BINARY, CACHE, headers
from liptune.api.resumable.protocol import PART_TYPE

_PROGRESS = CACHE | {
    "Upload-Offset": ("integer", "Bytes that have arrived"),
    "Upload-Expires": ("string", "When the upload is forgotten unless it moves on"),
    "Content-Location": ("string", "The media, once the upload is whole"),
}

CAPABILITIES: dict[str, Any] = {
    "description": "Versions, extensions and limits",
    "headers": headers(
        {
            "Tus-Version": ("string", "Versions of the protocol"),
            "Tus-Extension": ("string", "Extensions of the protocol"),
            "Tus-Max-Size": ("integer", "Largest upload in bytes"),
            "Tus-Checksum-Algorithm": ("string", "What a part's checksum may be made with"),
        }
    ),
}
CREATED: dict[str, Any] = {
    "description": "The upload has begun",
    "headers": headers({"Location": ("string", "Where the parts go")} | _PROGRESS),
}
STANDS: dict[str, Any] = {
    "description": "Where the upload stands",
    "headers": headers(
        _PROGRESS
        | {
            "Upload-Length": ("integer", "Bytes of the whole file"),
            "Upload-Metadata": ("string", "What the client said of the file"),
        }
    ),
}
MOVED_ON: dict[str, Any] = {"description": "The part has arrived", "headers": headers(_PROGRESS)}
PART_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {PART_TYPE: {"schema": BINARY}}},
}
