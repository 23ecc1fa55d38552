"""Count what workers do, and know which trace a job belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0006_counters"
down_revision = "0005_queues"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds them."""
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("labels", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name=op.f("pk_counters")),
    )
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("traceparent", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Forgets them."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("traceparent")
    op.drop_table("counters")
