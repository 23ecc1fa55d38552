"""New ids (UUIDv7) and the current time (UTC)."""

from datetime import UTC, datetime

import uuid6


def new_id() -> str:
    """A UUIDv7: later ids sort after earlier ones."""
    return str(uuid6.uuid7())


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def first_id(at: datetime) -> str:
    """What no UUIDv7 of that time or a later one sorts before."""
    digits = f"{max(0, int(at.timestamp() * 1000)):012x}"
    return f"{digits[:8]}-{digits[8:]}"
