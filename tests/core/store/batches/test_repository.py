from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from liptune.core.store.batches.items import ItemFilter, ItemRepository, Place
from liptune.core.store.batches.repository import CANCELED_AT_ONCE, BatchRepository, Counts
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Batch, Job, JobEvent, JobStatus
from liptune.core.store.ids import now
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Judgement, Outcome
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.sweeping import BATCH, clear_batch, finish_batches, sweep_batches, sweep_jobs
from liptune.core.store.usage import UsageRepository
from tests.core.store.batches.batch_rows import insert_batch, read_batch
from tests.core.store.rows import insert_job, read_job

LEASE = timedelta(seconds=30)
QUEUED: dict[str, Any] = {}


def counts(database: Database, batch_id: str) -> Counts:
    with database.reading() as session:
        return BatchRepository(session).counts([batch_id])[batch_id]


def finished(database: Database, batch_id: str) -> bool:
    batch = read_batch(database, batch_id)
    return batch is not None and batch.finished_at is not None


def claim(database: Database) -> Claim:
    with database.writing() as session:
        taken = AttemptRepository(session).claim_next("gpu", "w", None, LEASE)
    assert taken is not None
    return taken


def finish(database: Database, taken: Claim, status: JobStatus = JobStatus.SUCCEEDED, **more: Any) -> None:
    with database.writing() as session:
        assert AttemptRepository(session).finish(taken, Outcome(status, **more))


def cancel_all(database: Database, batch_id: str) -> list[int]:
    steps = list[int]()
    while not steps or steps[-1]:
        with database.writing() as session:
            steps.append(BatchRepository(session).cancel_some(batch_id))
    return steps


def test_counts_follow_the_jobs_through_every_change(database: Database) -> None:
    batch, jobs = insert_batch(database, *[QUEUED] * 4)
    other, _ = insert_batch(database, QUEUED)
    assert counts(database, batch).statuses == {"queued": 4}
    taken = claim(database)
    with database.writing() as session:
        AttemptRepository(session).put_off(taken, timedelta(0))
    again = claim(database)
    assert counts(database, batch).statuses == {"queued": 3, "running": 1}
    finish(database, again, judgement=Judgement("out_of_sync", 120.0, 130.0))
    finish(database, claim(database), JobStatus.FAILED, error={"code": "no_face", "detail": "None."})
    with database.writing() as session:
        JobRepository(session).cancel(jobs[2])
    known = counts(database, batch)
    assert known.statuses == {"queued": 1, "succeeded": 1, "failed": 1, "canceled": 1}
    assert (known.verdicts, known.progress) == ({"out_of_sync": 1}, 0.75)
    with database.writing() as session:
        JobRepository(session).delete(session.get_one(Job, jobs[0]))
    assert counts(database, batch).total == 3
    assert counts(database, other).statuses == {"queued": 1}


def test_it_ends_with_its_last_job_however_that_ends(database: Database) -> None:
    batch, jobs = insert_batch(database, *[QUEUED] * 3)
    finish(database, claim(database))
    with database.writing() as session:
        JobRepository(session).cancel(jobs[1])
    claim(database)
    assert not finished(database, batch)
    with database.writing() as session:
        ReapingRepository(session).bury("w")
    with database.writing() as session:
        ReapingRepository(session).expire_leases(1, LEASE)
    assert read_job(database, jobs[2]).status == "failed"
    assert finished(database, batch)
    assert counts(database, batch).progress == 1.0


def test_a_job_that_a_dead_worker_leaves_is_still_of_it(database: Database) -> None:
    batch, _ = insert_batch(database, QUEUED)
    claim(database)
    with database.writing() as session:
        ReapingRepository(session).bury("w")
    with database.writing() as session:
        assert len(ReapingRepository(session).expire_leases(3, LEASE)) == 1
    assert counts(database, batch).statuses == {"queued": 1}
    assert not finished(database, batch)
    finish(database, claim(database))
    assert finished(database, batch)


def test_jobs_that_end_at_once_end_it_once_and_every_event_is_in_order(database: Database) -> None:
    batch, _ = insert_batch(database, *[QUEUED] * 12)
    seen = list[int]()

    def work(_: int) -> None:
        finish(database, claim(database))

    with ThreadPoolExecutor(6) as pool:
        running = pool.map(work, range(12))
        while not finished(database, batch):
            with database.reading() as session:
                seen += [
                    each.id for each in BatchRepository(session).events(batch, max(seen, default=0), 500)
                ]
        list(running)
    with database.reading() as session:
        rest = BatchRepository(session).events(batch, max(seen), 500)
        every = [each.id for each in session.query(JobEvent).order_by(JobEvent.id) if each.batch_id == batch]
        last = BatchRepository(session).last_event(batch)
    assert seen + [each.id for each in rest] == every
    assert (len(every), last) == (36, every[-1])


def test_canceling_goes_in_steps_and_asks_running_ones_to_stop(database: Database) -> None:
    batch, jobs = insert_batch(database, *[QUEUED] * (CANCELED_AT_ONCE + 5))
    taken = claim(database)
    assert cancel_all(database, batch) == [CANCELED_AT_ONCE, 5, 0]
    assert counts(database, batch).statuses == {"running": 1, "canceled": CANCELED_AT_ONCE + 4}
    assert not finished(database, batch)
    with database.writing() as session:
        assert AttemptRepository(session).cancel_requested(taken)
    finish(database, taken, JobStatus.CANCELED)
    assert finished(database, batch)
    with database.reading() as session:
        done = [each for each in session.query(JobEvent) if each.kind == "done"]
    assert {each.job_id for each in done} == set(jobs)
    assert len(done) == len(jobs)


def place_of(database: Database, batch: str, **wanted: Any) -> list[int]:
    with database.reading() as session:
        found = ItemRepository(session).page(batch, ItemFilter(**wanted), 100)
    return [job.item or 0 for _, job in found]


MIXED: list[dict[str, Any]] = [
    {"status": "succeeded", "verdict": "in_sync", "worst_ms": 20.0},
    {"status": "queued"},
    {"status": "failed"},
    {"status": "succeeded", "verdict": "out_of_sync", "worst_ms": 90.0},
    {"status": "succeeded", "verdict": "no_evidence", "worst_ms": 400.0},
    {"status": "succeeded", "verdict": "out_of_sync", "worst_ms": 900.5},
    {"status": "canceled"},
    {"status": "running"},
    {"status": "failed"},
    {"status": "succeeded", "verdict": "in_sync", "worst_ms": 40.0},
    {"status": "succeeded"},
]
WORST = [5, 3, 2, 8, 4, 9, 0, 10, 7, 1, 6]


def test_items_come_worst_first_or_as_given(database: Database) -> None:
    batch, _ = insert_batch(database, *MIXED)
    assert place_of(database, batch) == WORST
    assert place_of(database, batch, worst=False) == list(range(11))
    assert place_of(database, batch, status="failed") == [2, 8]


@pytest.mark.parametrize("worst", [True, False])
def test_pages_join_without_a_gap(database: Database, worst: bool) -> None:
    batch, _ = insert_batch(database, *MIXED)
    found, after = list[int](), None
    for _ in range(6):
        with database.reading() as session:
            page = ItemRepository(session).page(batch, ItemFilter(worst, None, after), 2)
        found += [job.item or 0 for _, job in page]
        after = page[-1][0]
    assert found == (WORST if worst else list(range(11)))
    assert isinstance(after, Place)


def test_owners_see_their_own_newest_first(database: Database) -> None:
    older, _ = insert_batch(database, QUEUED)
    newer, _ = insert_batch(database, QUEUED)
    insert_batch(database, QUEUED, owner="other")
    with database.reading() as session:
        batches = BatchRepository(session)
        assert [batch.id for batch in batches.page("me", None, 5)] == [newer, older]
        assert [batch.id for batch in batches.page("me", newer, 5)] == [older]
        assert batches.get(older, "other") is None
        assert batches.get("\0", "me") is None


def test_jobs_of_batches_are_counted_apart(database: Database) -> None:
    insert_job(database)
    insert_batch(database, QUEUED, QUEUED)
    insert_batch(database, {"status": "failed"}, finished_at=now())
    with database.reading() as session:
        usage = UsageRepository(session)
        assert usage.unfinished("me") == {"queued": 1, "running": 0}
        assert usage.unfinished("me", in_batches=True) == {"queued": 2, "running": 0}
        assert usage.unfinished_batches("me") == 1


def test_an_expired_batch_is_swept_in_steps_with_its_jobs(database: Database) -> None:
    gone = now() - timedelta(seconds=1)
    ended = {"status": "succeeded", "expires_at": now() + timedelta(days=1)}
    batch, _ = insert_batch(database, *[ended] * (BATCH + 3), expires_at=gone, finished_at=gone)
    running, _ = insert_batch(database, {"status": "running"}, expires_at=gone)
    kept, _ = insert_batch(database, ended)
    with database.writing() as session:
        assert sweep_batches(session, lambda _: None) == BATCH
    assert counts(database, batch).total == 3
    with database.writing() as session:
        assert sweep_batches(session, lambda _: None) == 4
    assert read_batch(database, batch) is None
    assert read_batch(database, running) is not None
    assert read_batch(database, kept) is not None


def test_a_batch_that_nobody_ended_is_ended(database: Database) -> None:
    ended, _ = insert_batch(database, {"status": "failed"})
    running, _ = insert_batch(database, {"status": "failed"}, {"status": "running"})
    with database.writing() as session:
        assert finish_batches(session, lambda _: None) == 1
    assert (finished(database, ended), finished(database, running)) == (True, False)


def test_a_batch_goes_after_its_last_job(database: Database) -> None:
    batch, _ = insert_batch(database, {"status": "failed", "expires_at": now() - timedelta(seconds=1)})
    with pytest.raises(IntegrityError), database.writing() as session:
        session.delete(session.get_one(Batch, batch))
    with database.writing() as session:
        assert sweep_jobs(session, lambda _: None) == 1
    assert counts(database, batch) == Counts({}, {})
    with database.writing() as session:
        assert clear_batch(session, batch, lambda _: None) == 1
    assert read_batch(database, batch) is None
