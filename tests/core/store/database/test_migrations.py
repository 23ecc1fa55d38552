from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from liptune.core.store.database.connection import Database
from liptune.core.store.database.migrate import configuration, downgrade, upgrade
from liptune.core.store.database.models import Base, JobEvent
from liptune.core.store.gauges import GaugeRepository
from tests.core.store.rows import a_media, insert_job, read_job


def test_the_migrations_make_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade(database.engine)
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_downgrading_removes_every_table_and_upgrading_brings_them_back(database: Database) -> None:
    downgrade(database.engine, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(database.engine)
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_those_who_migrate_at_once_take_turns(database: Database) -> None:
    downgrade(database.engine, "base")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: upgrade(database.engine), range(4)))
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_every_step_can_be_taken_back(database: Database) -> None:
    steps = [step.revision for step in ScriptDirectory.from_config(configuration()).walk_revisions()]
    for revision in [*steps[1:], "base"]:
        downgrade(database.engine, revision)
    for revision in steps[::-1]:
        upgrade(database.engine, revision)


def test_tables_that_are_copied_keep_their_triggers(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        return
    listed = text("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    with database.engine.connect() as connection:
        before = connection.scalars(listed).all()
    downgrade(database.engine, "0012_parts")
    upgrade(database.engine)
    with database.engine.connect() as connection:
        assert connection.scalars(listed).all() == before
    assert any(name.startswith("tally_jobs") for name in before)


def test_what_is_there_stays_through_every_step(database: Database) -> None:
    job = insert_job(database, video_id=None)
    downgrade(database.engine, "0001")
    upgrade(database.engine)
    assert read_job(database, job).queue == "gpu"
    with database.reading() as session:
        assert session.scalars(select(JobEvent.job_id)).all() == [job]


def test_what_is_there_is_counted_once(database: Database) -> None:
    insert_job(database)
    with database.writing() as session:
        session.add(a_media(bytes=7))
    downgrade(database.engine, "0008_foreseen_losses")
    upgrade(database.engine)
    insert_job(database)
    with database.reading() as session:
        gauges = GaugeRepository(session)
        assert gauges.jobs() == {("measure", "queued"): 2}
        assert gauges.stored_bytes() == {"media": 7, "artifacts": 0, "uploads": 0}


def test_migrations_travel_with_the_package() -> None:
    folder = Path(__file__).parents[4] / "core" / "store" / "database" / "migrations"
    assert (folder / "script.py.mako").is_file()
    assert (folder / "versions" / "__init__.py").is_file()
