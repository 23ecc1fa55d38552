"""The opaque cursor of a page of what has ids, newest first: jobs, batches, media."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query

from liptune.api.errors import InvalidCursor

PATTERN = "^[A-Za-z0-9_-]{22}$"

Cursor = Annotated[str | None, Query(json_schema_extra={"pattern": PATTERN})]
"""Of a request: behind which the page begins."""


def following(ids: Sequence[str], limit: int) -> str | None:
    """The cursor of the next page, of the ids of one more than this page may have; None on the last."""
    return encode(ids[limit - 1]) if len(ids) > limit else None


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
