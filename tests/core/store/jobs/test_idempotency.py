from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Job
from liptune.core.store.jobs.idempotency import IdempotencyRepository
from tests.core.store.rows import insert_job

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def reserve(
    database: Database, key: str = "k", retention: timedelta = DAY, stale: timedelta = HOUR
) -> str | None:
    with database.writing() as session:
        return IdempotencyRepository(session).reserve("me", key, retention, stale)


def bind(database: Database, token: str, job_id: str) -> bool:
    with database.writing() as session:
        return IdempotencyRepository(session).complete("me", "k", token, "f", job_id=job_id)


def test_a_key_is_held_by_one_request(database: Database) -> None:
    assert reserve(database) is not None
    assert reserve(database) is None
    assert reserve(database, key="other") is not None


def test_a_refused_request_frees_its_key(database: Database) -> None:
    token = reserve(database)
    assert token is not None
    with database.writing() as session:
        IdempotencyRepository(session).abandon("me", "k", token)
    assert reserve(database) is not None


def test_a_key_with_a_job_is_not_freed(database: Database) -> None:
    token, job_id = reserve(database), insert_job(database)
    assert token is not None
    assert bind(database, token, job_id)
    with database.writing() as session:
        IdempotencyRepository(session).abandon("me", "k", token)
        known = IdempotencyRepository(session).get("me", "k")
    assert known is not None
    assert (known.job_id, known.fingerprint) == (job_id, "f")


def test_a_request_that_was_cut_off_loses_its_key(database: Database) -> None:
    first = reserve(database)
    second = reserve(database, stale=timedelta(0))
    assert first is not None
    assert second is not None
    job_id = insert_job(database)
    assert not bind(database, first, job_id)
    assert bind(database, second, job_id)


def test_of_many_that_find_a_key_cut_off_one_gets_it(database: Database) -> None:
    reserve(database)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: reserve(database, stale=timedelta(milliseconds=-1)), range(4)))
    assert len([token for token in taken if token]) >= 1
    with database.reading() as session:
        kept = IdempotencyRepository(session).get("me", "k")
    assert kept is not None
    assert kept.token in taken


def test_an_expired_key_is_new_again(database: Database) -> None:
    token = reserve(database, retention=timedelta(0))
    assert token is not None
    with database.reading() as session:
        assert IdempotencyRepository(session).get("me", "k") is None
    assert reserve(database) not in {None, token}


def test_deleting_the_job_forgets_the_key(database: Database) -> None:
    token, job_id = reserve(database), insert_job(database)
    assert token is not None
    bind(database, token, job_id)
    with database.writing() as session:
        session.delete(session.get_one(Job, job_id))
    assert reserve(database) is not None
