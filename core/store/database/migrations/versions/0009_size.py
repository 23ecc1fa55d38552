"""Find waiting, expired and untrimmed rows by indexes, and know sums without counting every row.

``tallies`` holds what was added to each sum, and what taken away; triggers write it, so that a row which a
foreign key deletes counts too. SQLite's batch operations drop a table's triggers: whoever copies one of these
tables makes them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_size"
down_revision = "0008_foreseen_losses"
branch_labels = None
depends_on = None

BYTES = {"media": "media", "artifacts": "artifacts", "upload_parts": "uploads"}

POSTGRES_FUNCTIONS = """
CREATE FUNCTION tally_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO tallies (name, label, amount) VALUES ('jobs', OLD.operation || '/' || OLD.status, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO tallies (name, label, amount) VALUES ('jobs', NEW.operation || '/' || NEW.status, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION tally_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO tallies (name, label, amount) VALUES ('bytes', TG_ARGV[0], -OLD.bytes);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO tallies (name, label, amount) VALUES ('bytes', TG_ARGV[0], NEW.bytes);
    END IF;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Makes the indexes and the tallies, which begin with a count of what is there."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("trimmed", sa.Boolean(), nullable=False, server_default=sa.false()))
    _index()
    op.create_table(
        "tallies",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
    )
    _count()
    if op.get_bind().dialect.name == "postgresql":
        _postgres_triggers()
    else:
        _sqlite_triggers()


def _index() -> None:
    for name, columns, of_postgres, of_sqlite in (
        ("ix_jobs_queued", ["queue", "enqueued_at"], "status = 'queued'", "status = 'queued'"),
        ("ix_jobs_running", ["lease_expires_at"], "status = 'running'", "status = 'running'"),
        ("ix_jobs_untrimmed", ["finished_at"], "NOT trimmed", "trimmed = 0"),
    ):
        op.create_index(
            name,
            "jobs",
            columns,
            postgresql_where=sa.text(of_postgres),
            sqlite_where=sa.text(of_sqlite),
        )
    op.drop_index("ix_jobs_status_lease", "jobs")
    op.create_index("ix_jobs_owner_status_id", "jobs", ["owner", "status", "id"])
    op.create_index("ix_jobs_owner_operation_id", "jobs", ["owner", "operation", "id"])
    for table in ("jobs", "media", "idempotency_keys"):
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])
    op.create_index("ix_job_events_job_id_id", "job_events", ["job_id", "id"])
    op.drop_index("ix_job_events_job_id", "job_events")


def _count() -> None:
    op.execute(
        "INSERT INTO tallies (name, label, amount) "
        "SELECT 'jobs', operation || '/' || status, count(*) FROM jobs GROUP BY operation, status"
    )
    for table, label in BYTES.items():
        op.execute(
            "INSERT INTO tallies (name, label, amount) "  # noqa: S608 - names of ours
            f"SELECT 'bytes', '{label}', coalesce(sum(bytes), 0) FROM {table}"
        )


def _postgres_triggers() -> None:
    op.execute(POSTGRES_FUNCTIONS)
    op.execute(
        "CREATE TRIGGER tally_jobs AFTER INSERT OR UPDATE OF status OR DELETE ON jobs "
        "FOR EACH ROW EXECUTE FUNCTION tally_jobs()"
    )
    for table, label in BYTES.items():
        op.execute(
            f"CREATE TRIGGER tally_bytes AFTER INSERT OR UPDATE OF bytes OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tally_bytes('{label}')"
        )


def _sqlite_triggers() -> None:
    _sqlite("jobs", "status", "'jobs'", "{row}.operation || '/' || {row}.status", "1")
    for table, label in BYTES.items():
        _sqlite(table, "bytes", "'bytes'", f"'{label}'", "{row}.bytes")


def _sqlite(table: str, column: str, name: str, label: str, amount: str) -> None:
    add = f"INSERT INTO tallies (name, label, amount) VALUES ({name}, {label}, {amount});"  # noqa: S608
    take = f"INSERT INTO tallies (name, label, amount) VALUES ({name}, {label}, -{amount});"  # noqa: S608
    added, taken = add.format(row="NEW"), take.format(row="OLD")
    for event, body in (
        ("INSERT", added),
        (f"UPDATE OF {column}", f"{taken} {added}"),
        ("DELETE", taken),
    ):
        trigger = f"tally_{table}_{event.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {trigger} AFTER {event} ON {table} BEGIN {body} END")


def downgrade() -> None:
    """Takes them back."""
    _drop_triggers()
    op.drop_table("tallies")
    op.create_index("ix_job_events_job_id", "job_events", ["job_id"])
    op.drop_index("ix_job_events_job_id_id", "job_events")
    for table in ("jobs", "media", "idempotency_keys"):
        op.drop_index(f"ix_{table}_expires_at", table)
    for name in ("owner_operation_id", "owner_status_id", "untrimmed", "running", "queued"):
        op.drop_index(f"ix_jobs_{name}", "jobs")
    op.create_index("ix_jobs_status_lease", "jobs", ["status", "lease_expires_at"])
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("trimmed")


def _drop_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER tally_jobs ON jobs")
        for table in BYTES:
            op.execute(f"DROP TRIGGER tally_bytes ON {table}")
        op.execute("DROP FUNCTION tally_jobs(), tally_bytes()")
        return
    for table in ("jobs", *BYTES):
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER tally_{table}_{event}")
