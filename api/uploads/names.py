"""Cleans the file names and media types that clients declare; both are only ever shown."""

import unicodedata

from liptune.core.errors import UnsupportedMediaType

NAME_BYTES = 200
PLAIN_TYPES = frozenset(
    {
        "application/octet-stream",
        "application/mp4",
        "application/mxf",
        "application/ogg",
        "application/x-matroska",
    }
)


def display_name(given: str | None) -> str | None:
    """The last component, printable and short; None when nothing is left."""
    if given is None:
        return None
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    shown = " ".join(shown.split()).strip(". ")
    return shown.encode()[:NAME_BYTES].decode(errors="ignore") or None


def media_type(given: str | None) -> str:
    """The declared type, without parameters.

    Raises:
        UnsupportedMediaType: It is neither video nor audio.
    """
    plain = (given or "").split(";")[0].strip().lower()
    if plain in PLAIN_TYPES or plain.startswith(("video/", "audio/")):
        return plain[:127]
    named = repr(plain) if plain else "no type"
    raise UnsupportedMediaType(
        f"The upload declares {named}.", remedy="Send video/*, audio/* or application/octet-stream."
    )
