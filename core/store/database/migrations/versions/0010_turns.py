"""Take jobs in turns, know what a key stores, and tell those who wait of events as they happen.

Columns are added without copying the table, which would drop its triggers in SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_turns"
down_revision = "0009_size"
branch_labels = None
depends_on = None

QUEUED = "status = 'queued'"

NOTIFICATION = """
CREATE FUNCTION notify_job_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('liptune_job_events', NEW.job_id);
    RETURN NULL;
END $$;
CREATE TRIGGER notify_job_event AFTER INSERT ON job_events FOR EACH ROW EXECUTE FUNCTION notify_job_event();
"""


def upgrade() -> None:
    """Adds priority, message and bytes of jobs, the indexes of turns, and PostgreSQL's notifications."""
    op.add_column("jobs", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("message", sa.String(length=64), nullable=True))
    op.add_column("jobs", sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE jobs SET bytes = (SELECT coalesce(sum(artifacts.bytes), 0) FROM artifacts "
        "WHERE artifacts.job_id = jobs.id)"
    )
    op.create_index(
        "ix_jobs_turns",
        "jobs",
        ["queue", "priority", "owner", "id"],
        postgresql_where=sa.text(QUEUED),
        sqlite_where=sa.text(QUEUED),
    )
    op.create_index("ix_jobs_owner_claimed_at", "jobs", ["owner", "claimed_at"])
    op.create_index("ix_uploads_owner", "uploads", ["owner"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NOTIFICATION)


def downgrade() -> None:
    """Takes them back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER notify_job_event ON job_events")
        op.execute("DROP FUNCTION notify_job_event()")
    op.drop_index("ix_uploads_owner", "uploads")
    op.drop_index("ix_jobs_owner_claimed_at", "jobs")
    op.drop_index("ix_jobs_turns", "jobs")
    for column in ("bytes", "message", "priority"):
        op.drop_column("jobs", column)
