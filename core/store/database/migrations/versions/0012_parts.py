"""Have a long picture looked at in parts, by as many workers as are free."""

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.columns import UTCDateTime

revision = "0012_parts"
down_revision = "0011_batches"
branch_labels = None
depends_on = None

OPEN = "NOT done"


def upgrade() -> None:
    """Creates the table of the parts of jobs."""
    op.create_table(
        "job_parts",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begin", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("phase_seconds", sa.Double(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("progress", sa.Double(), nullable=False, server_default="0"),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("token", sa.String(length=36), nullable=True),
        sa.Column("worker", sa.String(length=255), nullable=True),
        sa.Column("lease_expires_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_job_parts_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_parts")),
    )
    op.create_index(
        "ix_job_parts_open",
        "job_parts",
        ["job_id", "number"],
        postgresql_where=sa.text(OPEN),
        sqlite_where=sa.text("done = 0"),
    )


def downgrade() -> None:
    """Drops it; what has been seen in parts stays in storage until it expires."""
    op.drop_table("job_parts")
