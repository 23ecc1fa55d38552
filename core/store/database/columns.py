"""Column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator

Json = JSON(none_as_null=True)
"""Kept as it was written: nothing is looked up inside, and JSONB would change the order of keys."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite has no time zones, so there the zone is dropped and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(text: str) -> bool:
    """Whether the text can be in a column at all: PostgreSQL takes no NUL, and neither takes half a pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
