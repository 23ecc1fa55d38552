"""Whose turn it is, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from liptune.core.settings import CPU, GPU
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobStatus, Priority
from liptune.core.store.ids import now
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from tests.core.store.rows import insert_job

LEASE = timedelta(seconds=30)


def begin(database: Database, queue: str = GPU) -> Claim | None:
    with database.writing() as session:
        return AttemptRepository(session).claim_next(queue, "w", "m", LEASE)


def run(database: Database) -> str:
    """Runs the next job to its end; returns its id."""
    taken = begin(database)
    assert taken is not None
    with database.writing() as session:
        assert AttemptRepository(session).finish(taken, Outcome(JobStatus.SUCCEEDED))
    return taken.job_id


def test_an_owners_jobs_run_in_order(database: Database) -> None:
    jobs = [insert_job(database) for _ in range(4)]
    assert [run(database) for _ in jobs] == jobs
    assert begin(database) is None


def test_one_job_behind_a_thousand_of_another_owner_is_next(database: Database) -> None:
    for _ in range(30):
        insert_job(database, owner="studio")
    run(database)
    mine = insert_job(database, owner="me")
    assert run(database) == mine


def test_owners_take_turns(database: Database) -> None:
    owners = {insert_job(database, owner=owner): owner for owner in "aaaabbbc"}
    assert [owners[run(database)] for _ in range(8)] == list("abcababa")


def test_the_owner_with_fewer_running_jobs_is_next(database: Database) -> None:
    for _ in range(6):
        insert_job(database, owner="a")
    assert [begin(database) is not None for _ in range(2)] == [True, True]
    for _ in range(3):
        insert_job(database, owner="b")
    taken = [begin(database) for _ in range(4)]
    assert Counter(each.owner for each in taken if each) == {"b": 3, "a": 1}
    assert taken[0] is not None
    assert taken[0].owner == "b"


def test_interactive_jobs_come_before_batches(database: Database) -> None:
    batch = insert_job(database, owner="a", priority=Priority.BATCH)
    interactive = [insert_job(database, owner="b") for _ in range(3)]
    assert [run(database) for _ in range(4)] == [*interactive, batch]


def test_what_is_put_off_has_no_turn_yet_and_queues_are_apart(database: Database) -> None:
    insert_job(database, enqueued_at=now() + timedelta(minutes=1))
    rendered = insert_job(database, queue=CPU)
    assert begin(database) is None
    taken = begin(database, CPU)
    assert taken is not None
    assert taken.job_id == rendered


def test_workers_that_ask_at_once_get_different_jobs(database: Database) -> None:
    jobs = {insert_job(database, owner=owner) for owner in "aabbccdd"}
    with ThreadPoolExecutor(8) as pool:
        taken = [each for each in pool.map(lambda _: begin(database), range(12)) if each]
    assert {each.job_id for each in taken} == jobs
    assert len(taken) == len(jobs)


def test_a_clock_that_is_set_back_keeps_nobody_waiting(database: Database) -> None:
    job_id = insert_job(database, enqueued_at=now() + timedelta(hours=1))
    assert run(database) == job_id
