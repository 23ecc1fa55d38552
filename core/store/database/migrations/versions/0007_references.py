"""Keep what clients call their media and jobs, and what a job has yet to fetch.

The last release but one does not know these columns, so that they have a default.
"""

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.columns import Json

revision = "0007_references"
down_revision = "0006_counters"
branch_labels = None
depends_on = None

EMPTY = sa.text("'{}'")


def upgrade() -> None:
    """Adds them."""
    with op.batch_alter_table("media") as media:
        media.add_column(sa.Column("metadata", Json, nullable=False, server_default=EMPTY))
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("metadata", Json, nullable=False, server_default=EMPTY))
        jobs.add_column(sa.Column("sources", Json, nullable=True))
        jobs.add_column(sa.Column("to_fetch", Json, nullable=True))


def downgrade() -> None:
    """Forgets them."""
    with op.batch_alter_table("jobs") as jobs:
        for column in ("to_fetch", "sources", "metadata"):
            jobs.drop_column(column)
    with op.batch_alter_table("media") as media:
        media.drop_column("metadata")
