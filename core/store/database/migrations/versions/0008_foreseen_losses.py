"""Keep what the copy of a repair will lack, told before it is made."""

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.columns import Json

revision = "0008_foreseen_losses"
down_revision = "0007_references"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds it."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("foreseen_losses", Json, nullable=True))


def downgrade() -> None:
    """Forgets it."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("foreseen_losses")
