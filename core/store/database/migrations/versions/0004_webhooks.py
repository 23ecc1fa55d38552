"""Tell whoever wants to know that a job has ended."""

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.columns import UTCDateTime

revision = "0004_webhooks"
down_revision = "0002_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables of webhooks and of the attempts to deliver them."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempted", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_webhooks_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_job_id", "webhooks", ["job_id"], unique=False)
    op.create_index("ix_webhooks_status_due_at", "webhooks", ["status", "due_at"], unique=False)

    op.create_table(
        "webhook_attempts",
        sa.Column("webhook_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_attempts_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("webhook_id", "number", name=op.f("pk_webhook_attempts")),
    )


def downgrade() -> None:
    """Drops them."""
    for table in ("webhook_attempts", "webhooks"):
        op.drop_table(table)
