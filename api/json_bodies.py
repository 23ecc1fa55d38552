"""The body of a request in JSON, and what is wrong with it."""

from fastapi import Request
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from liptune.api.errors import UploadIncomplete
from liptune.core.errors import MediaTooLarge


def declared_type(request: Request) -> str:
    """The media type that the body is said to be of, without parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The whole body.

    Raises:
        MediaTooLarge: It is longer than ``most_bytes``.
        UploadIncomplete: It ended before it was whole.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most_bytes:
                raise MediaTooLarge(f"A JSON request may have at most {most_bytes} bytes.")
    except ClientDisconnect as error:
        raise UploadIncomplete("The connection closed before the body was whole.") from error
    return bytes(body)


def faults_of(error: ValidationError) -> list[tuple[tuple[int | str, ...], str]]:
    """Where in the JSON something is wrong, and what."""
    return [(fault["loc"], fault["msg"]) for fault in error.errors()]
