"""Encodes and decodes the opaque cursor of a page of jobs, or of media."""

import base64
import binascii
from uuid import UUID

from liptune.api.errors import InvalidCursor


def encode(last_id: str) -> str:
    """The cursor behind what has this id."""
    return base64.urlsafe_b64encode(UUID(last_id).bytes).decode().rstrip("=")


def decode(cursor: str) -> str:
    """The id it was made of.

    Raises:
        InvalidCursor: It was not made by `encode`.
    """
    try:
        return str(UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True)))
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor("The cursor was not handed out by this service.") from error
