"""Know which queue a job waits in, and which queues a worker takes."""

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.columns import UTCDateTime

revision = "0005_queues"
down_revision = "0004_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there already waits for its analysis, and a worker of before took everything."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("queue", sa.String(length=16), nullable=False, server_default="gpu"))
        jobs.add_column(sa.Column("claimed_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("workers") as workers:
        workers.add_column(
            sa.Column("queues", sa.String(length=64), nullable=False, server_default="gpu,cpu,webhooks")
        )
        workers.add_column(sa.Column("processes", sa.Integer(), nullable=False, server_default="1"))
    _drop_defaults()


def _drop_defaults() -> None:
    # In a step of its own: SQLite copies the rows there are once a step, and they need the defaults.
    with op.batch_alter_table("jobs") as jobs:
        jobs.alter_column("queue", server_default=None)
    with op.batch_alter_table("workers") as workers:
        workers.alter_column("queues", server_default=None)
        workers.alter_column("processes", server_default=None)


def downgrade() -> None:
    """Forgets them."""
    with op.batch_alter_table("workers") as workers:
        workers.drop_column("processes")
        workers.drop_column("queues")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("claimed_at")
        jobs.drop_column("queue")
