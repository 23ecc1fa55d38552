"""The parts of jobs' pictures, on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from liptune.core.settings import CPU, GPU
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobPart, JobStatus, Priority
from liptune.core.store.ids import now
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.parts import PartClaim, PartRepository, Stretch
from liptune.core.store.jobs.reaping import ReapingRepository
from liptune.core.store.jobs.repository import JobRepository
from liptune.core.store.jobs.turns import others_wait
from liptune.core.store.workers import WorkerRepository
from tests.core.store.rows import insert_job, read_job

LEASE, GONE = timedelta(seconds=30), timedelta(seconds=-1)
THREE = (Stretch(0, 100, 0.0), Stretch(100, 200, 0.0), Stretch(200, None, 0.0))


def film(database: Database, worker: str = "own", **columns: object) -> Claim:
    """A job that runs, its picture in three parts."""
    insert_job(database, **columns)
    with database.writing() as session:
        claim = AttemptRepository(session).claim_next(GPU, worker, "m", LEASE)
        assert claim is not None
        PartRepository(session).plan(claim, THREE)
    return claim


def own(database: Database, claim: Claim, lease: timedelta = LEASE) -> PartClaim | None:
    with database.writing() as session:
        return PartRepository(session).take_own(claim.job_id, lease)


def helped(
    database: Database, worker: str = "helper", tries: int = 3, lease: timedelta = LEASE, queue: str = GPU
) -> PartClaim | None:
    with database.writing() as session:
        return PartRepository(session).take_any(queue, worker, tries, lease)


def finish(database: Database, part: PartClaim | None, tail: int | None) -> bool:
    assert part is not None
    with database.writing() as session:
        return PartRepository(session).finish(part, tail)


def renew(database: Database, part: PartClaim | None) -> bool:
    assert part is not None
    with database.writing() as session:
        return PartRepository(session).renew(part, 0.5, LEASE)


def parts(database: Database, claim: Claim) -> list[JobPart]:
    with database.reading() as session:
        return list(PartRepository(session).of(claim.job_id))


def test_each_part_is_one_workers(database: Database) -> None:
    claim = film(database)
    first, second, third = own(database, claim), helped(database, "a"), helped(database, "b")
    taken = [part for part in (first, second, third) if part]
    assert [(part.number, part.stretch) for part in taken] == list(enumerate(THREE))
    assert own(database, claim) is not None  # what the attempt before had begun is this one's
    assert helped(database) is None
    assert renew(database, second)
    assert [part.progress for part in parts(database, claim)] == [0.0, 0.5, 0.0]


def test_a_part_that_is_done_is_done(database: Database) -> None:
    claim = film(database)
    part = own(database, claim)
    assert finish(database, part, 110)
    assert not finish(database, part, 110)
    assert not renew(database, part)
    assert [part.done for part in parts(database, claim)] == [True, False, False]


@pytest.mark.parametrize(("tail", "done"), [(199, [True, False, False]), (200, [True, True, False])])
def test_a_shot_that_reaches_over_parts_leaves_them_nothing(
    database: Database, tail: int, done: list[bool]
) -> None:
    claim = film(database)
    part, other = own(database, claim), helped(database)
    assert finish(database, part, tail)
    assert [part.done for part in parts(database, claim)] == done
    assert renew(database, other) != done[1]


def test_a_picture_that_ends_leaves_nothing(database: Database) -> None:
    claim = film(database)
    assert finish(database, own(database, claim), None)
    assert all(part.done for part in parts(database, claim))


def test_a_silent_helpers_part_is_the_next_ones(database: Database) -> None:
    claim = film(database)
    silent = helped(database, "silent", lease=GONE)
    again = helped(database, "other")
    assert silent is not None
    assert again is not None
    assert again.number == silent.number
    assert not renew(database, silent)
    assert not finish(database, silent, 110)
    assert finish(database, again, 110)
    assert parts(database, claim)[0].tries == 2


def test_a_part_that_nobody_survives_is_left_to_the_jobs_own_worker(database: Database) -> None:
    claim = film(database)
    numbers = []
    while (part := helped(database, tries=2, lease=GONE)) is not None:
        numbers.append(part.number)
    assert sorted(numbers) == [0, 0, 1, 1, 2, 2]
    taken = own(database, claim)
    assert taken is not None
    assert taken.number == 0


def test_what_is_given_back_is_taken_again(database: Database) -> None:
    film(database)
    part = helped(database)
    assert part is not None
    with database.writing() as session:
        PartRepository(session).give_back(part)
    again = helped(database)
    assert again is not None
    assert again.number == part.number


def test_a_worker_that_shuts_down_gives_its_part_back(database: Database) -> None:
    film(database)
    part = helped(database, "leaving")
    with database.writing() as session:
        AttemptRepository(session).release("leaving")
    assert not renew(database, part)
    again = helped(database, "other")
    assert again is not None
    assert part is not None
    assert again.number == part.number


def test_helpers_go_where_the_fewest_are(database: Database) -> None:
    films = [film(database, owner=owner).job_id for owner in ("a", "b")]
    helpers = [helped(database, str(number)) for number in range(4)]
    assert [films.index(part.job_id) for part in helpers if part] == [0, 1, 0, 1]


def test_a_job_that_waits_comes_first(database: Database) -> None:
    film(database)
    waiting = insert_job(database, owner="another")
    assert helped(database) is None
    with database.writing() as session:
        taken = AttemptRepository(session).claim_next(GPU, "w", "m", LEASE)
    assert taken is not None
    assert taken.job_id == waiting
    assert helped(database) is not None


def test_a_helper_may_stay_with_a_film(database: Database) -> None:
    films = [film(database, owner=owner).job_id for owner in ("a", "b")]
    with database.writing() as session:
        taken = [PartRepository(session).take_any(GPU, "w", 3, LEASE, job_id=films[1]) for _ in range(4)]
    assert [part and (part.job_id, part.number) for part in taken] == [
        *((films[1], number) for number in range(3)), None,
    ]  # fmt: skip


def test_only_jobs_that_run_in_the_queue_are_helped(database: Database) -> None:
    claim = film(database)
    assert helped(database, queue=CPU) is None
    with database.writing() as session:
        assert AttemptRepository(session).hand_over(claim, CPU)
    assert helped(database) is None


def given_way(database: Database, claim: Claim) -> None:
    with database.writing() as session:
        assert AttemptRepository(session).hand_over(claim, GPU)


def put_off(database: Database, claim: Claim) -> None:
    with database.writing() as session:
        assert AttemptRepository(session).put_off(claim, timedelta(0))


def left(database: Database, _claim: Claim) -> None:
    with database.writing() as session:
        assert AttemptRepository(session).release("own") == 1


def died(database: Database, _claim: Claim) -> None:
    with database.writing() as session:
        ReapingRepository(session).bury("own")
        assert ReapingRepository(session).expire_leases(3, timedelta(hours=1))


@pytest.mark.parametrize("give_back", [given_way, put_off, left, died])
@pytest.mark.parametrize(
    ("stage", "planned", "kept"),
    [
        ("analyse", True, ("analyse", 0.4)),
        ("score", True, (None, 0.0)),
        ("analyse", False, (None, 0.0)),
    ],
)
def test_a_job_that_waits_again_keeps_how_far_its_parts_are(
    database: Database,
    give_back: Callable[[Database, Claim], None],
    stage: str,
    planned: bool,
    kept: tuple[str | None, float],
) -> None:
    claim = film(database)
    with database.writing() as session:
        PartRepository(session).plan(claim, THREE if planned else ())
        assert AttemptRepository(session).report(claim, stage, 0.4)
    give_back(database, claim)
    job = read_job(database, claim.job_id)
    assert (job.status, job.stage, job.progress) == (JobStatus.QUEUED, *kept)
    with database.writing() as session:
        again = AttemptRepository(session).claim_next(GPU, "next", "m", LEASE)
        assert again is not None
    assert again.analysed == (kept[1] if kept[0] else None)
    job = read_job(database, claim.job_id)
    assert (job.status, job.stage, job.progress) == (JobStatus.RUNNING, *kept)


def test_cancel_ends_all_parts(database: Database) -> None:
    claim = film(database)
    part = helped(database)
    with database.writing() as session:
        assert JobRepository(session).cancel(claim.job_id)
    assert not renew(database, part)
    assert helped(database) is None


def test_a_helper_goes_on_while_the_job_waits_for_another_worker(database: Database) -> None:
    claim = film(database)
    part = helped(database)
    with database.writing() as session:
        ReapingRepository(session).bury("own")
        assert ReapingRepository(session).expire_leases(3, timedelta(hours=1))
    assert renew(database, part)
    assert finish(database, part, 110)
    assert helped(database) is None
    with database.writing() as session:
        again = AttemptRepository(session).claim_next(GPU, "next", "m", LEASE)
        assert again is not None
    with pytest.raises(AttemptLost), database.writing() as session:
        PartRepository(session).plan(claim, THREE)
    assert [part.done for part in parts(database, again)] == [True, False, False]


def test_a_plan_takes_the_place_of_another(database: Database) -> None:
    claim = film(database)
    part = helped(database)
    with database.writing() as session:
        PartRepository(session).plan(claim, THREE[:1])
    assert not renew(database, part)
    assert len(parts(database, claim)) == 1


def test_a_part_can_be_opened_again(database: Database) -> None:
    claim = film(database)
    assert finish(database, own(database, claim), None)
    with database.writing() as session:
        PartRepository(session).reopen(claim.job_id, 1)
    assert [part.done for part in parts(database, claim)] == [True, False, True]


def test_parts_go_with_their_job(database: Database) -> None:
    ended, deleted = film(database), film(database)
    part = helped(database)
    with database.writing() as session:
        assert AttemptRepository(session).finish(ended, Outcome(JobStatus.SUCCEEDED))
        job = JobRepository(session).get(deleted.job_id, "me")
        assert job is not None
        JobRepository(session).delete(job)
    assert parts(database, ended) == parts(database, deleted) == []
    assert not renew(database, part)


@pytest.mark.parametrize(
    ("columns", "patience", "gives_way"),
    [
        ({"owner": "another"}, timedelta(0), True),
        ({"owner": "another"}, timedelta(minutes=1), False),
        ({"owner": "another", "priority": Priority.BATCH}, timedelta(0), False),
        ({"owner": "another", "queue": CPU}, timedelta(0), False),
        ({"owner": "me"}, timedelta(0), False),
    ],
)
def test_a_film_gives_way(
    database: Database, columns: dict[str, object], patience: timedelta, gives_way: bool
) -> None:
    claim = film(database)
    insert_job(database, **columns)
    with database.reading() as session:
        assert others_wait(session, claim.job_id, patience) == gives_way


def test_free_workers_are_counted(database: Database) -> None:
    film(database, worker="own")
    with database.writing() as session:
        workers = WorkerRepository(session)
        workers.beat("own", [GPU])
        workers.beat("helper", [GPU, CPU], processes=3)
        workers.beat("renderer", [CPU])
    assert helped(database) is not None
    with database.reading() as session:
        assert WorkerRepository(session).free(GPU, LEASE) == 2
        assert WorkerRepository(session).free(GPU, timedelta(0)) == 0


def test_a_helper_does_not_stand_idle(database: Database) -> None:
    film(database)
    with database.writing() as session:
        WorkerRepository(session).beat("helper", [GPU])
    assert helped(database) is not None
    waiting = insert_job(database, enqueued_at=now() - timedelta(minutes=1))
    with database.writing() as session:
        assert ReapingRepository(session).find_lost(timedelta(seconds=5), LEASE) == []
        AttemptRepository(session).release("helper")
        assert [lost.job_id for lost in ReapingRepository(session).find_lost(timedelta(0), LEASE)] == [
            waiting
        ]
