"""Parses the times that clients send (RFC 3339)."""

import re

DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")


def rfc3339(given: object) -> object:
    """The text, if it is a date and a time with their zone (RFC 3339), not a number of seconds."""
    if not isinstance(given, str) or DATE_TIME.fullmatch(given) is None:
        raise ValueError("a time must be as RFC 3339 says, such as 2026-11-22T18:00:00Z")
    return given
