"""Keep jobs that were submitted together as a batch, and tell of its end.

Columns are added to ``jobs`` without copying the table, which would drop its triggers in SQLite. There the
numbers of events that were deleted are not given again any more: who waits for new ones would miss them.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.columns import Json, UTCDateTime
from liptune.core.store.database.migrations.triggers import restore, triggers_of

revision = "0011_batches"
down_revision = "0010_turns"
branch_labels = None
depends_on = None

ID = sa.String(length=36)
OF_A_BATCH = "batch_id IS NOT NULL"
MADE = ("webhooks", "idempotency_keys")

NOTIFICATION = """
CREATE OR REPLACE FUNCTION notify_job_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('liptune_job_events', NEW.job_id);
    IF NEW.batch_id IS NOT NULL THEN
        PERFORM pg_notify('liptune_job_events', NEW.batch_id);
    END IF;
    RETURN NULL;
END $$;
"""
FORMER_NOTIFICATION = """
CREATE OR REPLACE FUNCTION notify_job_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('liptune_job_events', NEW.job_id);
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Adds the table of batches, what jobs have of them, and PostgreSQL's notifications."""
    op.create_table(
        "batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("metadata", Json, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_owner_id", "batches", ["owner", "id"])
    op.create_index("ix_batches_expires_at", "batches", ["expires_at"])
    _index_where("ix_batches_unfinished", "batches", ["owner"], "finished_at IS NULL")
    _extend_jobs()
    for table in MADE:
        with op.batch_alter_table(table) as made:
            made.add_column(sa.Column("batch_id", ID, nullable=True))
            made.create_foreign_key(
                op.f(f"fk_{table}_batch_id"), "batches", ["batch_id"], ["id"], ondelete="CASCADE"
            )
            made.alter_column("job_id", existing_type=ID, nullable=True)
        op.create_index(f"ix_{table}_batch_id", table, ["batch_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NOTIFICATION)


def _extend_jobs() -> None:
    batch = sa.ForeignKey("batches.id", name=op.f("fk_jobs_batch_id"))
    op.add_column("jobs", sa.Column("batch_id", ID, batch, nullable=True), inline_references=True)
    op.add_column("jobs", sa.Column("item", sa.Integer(), nullable=True))
    op.add_column("jobs", sa.Column("name", sa.String(length=255), nullable=True))
    op.add_column("jobs", sa.Column("verdict", sa.String(length=16), nullable=True))
    for measure in ("offset_ms", "worst_ms"):
        op.add_column("jobs", sa.Column(measure, sa.Double(), nullable=True))
    _index_where("ix_jobs_batch_id_status_verdict", "jobs", ["batch_id", "status", "verdict"], OF_A_BATCH)
    _index_where("ix_jobs_single", "jobs", ["owner", "id"], "batch_id IS NULL")
    copied: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    numbered = {"sqlite_autoincrement": True}
    with op.batch_alter_table("job_events", recreate=copied, table_kwargs=numbered) as events:
        events.add_column(sa.Column("batch_id", ID, nullable=True))
    _index_where("ix_job_events_batch_id_id", "job_events", ["batch_id", "id"], OF_A_BATCH)


def _index_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    """Takes them back; what was to be told of batches goes with them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FORMER_NOTIFICATION)
    op.execute("DELETE FROM webhooks WHERE job_id IS NULL")
    for table in MADE:
        op.drop_index(f"ix_{table}_batch_id", table)
        with op.batch_alter_table(table) as made:
            made.drop_constraint(op.f(f"fk_{table}_batch_id"), type_="foreignkey")
            made.drop_column("batch_id")
    with op.batch_alter_table("webhooks") as webhooks:
        webhooks.alter_column("job_id", existing_type=ID, nullable=False)
    op.drop_index("ix_job_events_batch_id_id", "job_events")
    op.drop_column("job_events", "batch_id")
    for name in ("single", "batch_id_status_verdict"):
        op.drop_index(f"ix_jobs_{name}", "jobs")
    triggers = triggers_of("jobs")
    with op.batch_alter_table("jobs") as jobs:
        for column in ("worst_ms", "offset_ms", "verdict", "name", "item", "batch_id"):
            jobs.drop_column(column)
    restore(triggers)
    op.drop_table("batches")
