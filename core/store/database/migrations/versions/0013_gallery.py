"""Keep from which other video a dub takes mouths."""

import sqlalchemy as sa
from alembic import op

from liptune.core.store.database.migrations.triggers import restore, triggers_of

revision = "0013_gallery"
down_revision = "0012_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column."""
    triggers = triggers_of("jobs")
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("gallery_id", sa.String(length=36), nullable=True))
        jobs.create_foreign_key("fk_jobs_gallery_id", "media", ["gallery_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_jobs_gallery_id", "jobs", ["gallery_id"], unique=False)
    restore(triggers)


def downgrade() -> None:
    """Takes it back."""
    triggers = triggers_of("jobs")
    op.drop_index("ix_jobs_gallery_id", "jobs")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("fk_jobs_gallery_id", type_="foreignkey")
        jobs.drop_column("gallery_id")
    restore(triggers)
