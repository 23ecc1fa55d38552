"""Triggers of a table that a migration copies: SQLite changes most tables by copying them, and drops the old
one's triggers."""

import sqlalchemy as sa
from alembic import op

OF_A_TABLE = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"


def triggers_of(table: str) -> list[str]:
    """What makes the triggers that would be dropped; none in PostgreSQL."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return []
    return [row[0] for row in bind.execute(sa.text(OF_A_TABLE), {"table": table})]


def restore(triggers: list[str]) -> None:
    """Makes them again."""
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))
