"""Keep from which other video a dub takes mouths."""

import sqlalchemy as sa
from alembic import op

revision = "0013_gallery"
down_revision = "0012_parts"
branch_labels = None
depends_on = None

TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'jobs'"


def upgrade() -> None:
    """Adds the column."""
    triggers = _triggers()
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("gallery_id", sa.String(length=36), nullable=True))
        jobs.create_foreign_key("fk_jobs_gallery_id", "media", ["gallery_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_jobs_gallery_id", "jobs", ["gallery_id"], unique=False)
    _restore(triggers)


def downgrade() -> None:
    """Takes it back."""
    triggers = _triggers()
    op.drop_index("ix_jobs_gallery_id", "jobs")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("fk_jobs_gallery_id", type_="foreignkey")
        jobs.drop_column("gallery_id")
    _restore(triggers)


def _triggers() -> list[str]:
    """SQLite changes a table by copying it, and drops its triggers with the old one."""
    bind = op.get_bind()
    return [row[0] for row in bind.execute(sa.text(TRIGGERS))] if bind.dialect.name == "sqlite" else []


def _restore(triggers: list[str]) -> None:
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))
