"""How far an attempt is told to be, where one before it has looked at parts of the picture."""

from datetime import timedelta
from pathlib import Path

import pytest

from liptune.core.settings import GPU, Settings
from liptune.core.store.jobs.claims import AttemptRepository, Claim
from liptune.core.store.jobs.lease import Lease
from liptune.core.store.jobs.parts import PartRepository, Stretch
from liptune.core.store.store import Store
from liptune.worker.observation import observed
from liptune.worker.progress_and_cancel import Reporter
from tests.core.store.rows import insert_job, read_job
from tests.tables import make_tables

Told = tuple[str, float]
TOLD: tuple[Told, ...] = (("probe", 0.0), ("analyse", 0.1), ("analyse", 0.6), ("score", 0.0))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("liptune.core.store.jobs.progress.SECONDS_BETWEEN_WRITES", 0.0)
    return Settings(data=tmp_path)


def claimed(store: Store) -> Claim:
    with store.database.writing() as session:
        claim = AttemptRepository(session).claim_next(GPU, "w", "m", timedelta(seconds=30))
    assert claim is not None
    return claim


def shown(store: Store, claim: Claim, settings: Settings) -> list[Told]:
    """What the job shows of an attempt that tells `TOLD`."""
    found = list[Told]()
    with observed(store.database, claim) as observation:
        report = Reporter(store.database, claim, Lease(store.database, claim, settings), observation)
        for stage, fraction in TOLD:
            report(stage, fraction)
            job = read_job(store.database, claim.job_id)
            found.append((str(job.stage), job.progress))
    return found


@pytest.mark.parametrize("done", [0.0, 0.4])
def test_parts_that_were_looked_at_are_not_told_of_again(settings: Settings, done: float) -> None:
    store = Store.open(settings)
    make_tables(store.database)
    insert_job(store.database)
    first = claimed(store)
    with store.database.writing() as session:
        PartRepository(session).plan(first, [Stretch(0, 100, 0.0), Stretch(100, None, 0.0)])
        AttemptRepository(session).report(first, "analyse", done)
        assert AttemptRepository(session).hand_over(first, GPU)
    again = shown(store, claimed(store), settings)
    assert again == [("analyse", done), ("analyse", max(done, 0.1)), ("analyse", 0.6), ("score", 0.0)]
    store.close()


def test_an_attempt_without_parts_begins_anew(settings: Settings) -> None:
    store = Store.open(settings)
    make_tables(store.database)
    insert_job(store.database)
    first = claimed(store)
    with store.database.writing() as session:
        AttemptRepository(session).report(first, "analyse", 0.4)
        assert AttemptRepository(session).put_off(first, timedelta(0))
    assert shown(store, claimed(store), settings) == list(TOLD)
    store.close()
