"""Encodes and decodes the opaque cursor of a page of a batch's items."""

import base64
import binascii
import math
import struct

from liptune.api.errors import InvalidCursor
from liptune.core.store.batches.items import Place

FORM = struct.Struct(">bdI")
PATTERN = "^[A-Za-z0-9_-]{18}$"
MOST_ITEMS = 2**31 - 1


def encode(place: Place) -> str:
    """The cursor behind the item that stands there."""
    packed = FORM.pack(place.rank, place.ahead, place.item)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(cursor: str) -> Place:
    """The place it was made of.

    Raises:
        InvalidCursor: It was not made by `encode`.
    """
    try:
        place = Place(*FORM.unpack(base64.b64decode(cursor + "==", altchars=b"-_", validate=True)))
    except (binascii.Error, ValueError, struct.error) as error:
        raise InvalidCursor("The cursor was not handed out by this service.") from error
    if not math.isfinite(place.ahead) or place.item > MOST_ITEMS:
        raise InvalidCursor("The cursor was not handed out by this service.")
    return place
