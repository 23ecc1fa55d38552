from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import JobStatus, Webhook, WebhookAttempt, WebhookStatus
from liptune.core.store.ids import new_id, now
from liptune.core.store.webhooks import Due, WebhookRepository
from tests.core.store.rows import insert_job

MINUTE = timedelta(minutes=1)


def insert(database: Database, status: JobStatus = JobStatus.SUCCEEDED) -> Due:
    job_id = insert_job(database, status=status, finished_at=now())
    webhook = Webhook(id=new_id(), job_id=job_id, url="u", secret="s", created_at=now(), due_at=now())
    with database.writing() as session:
        WebhookRepository(session).add(webhook)
    return Due(webhook.id, 1)


def take(database: Database) -> list[Due]:
    with database.writing() as session:
        return WebhookRepository(session).take_due(MINUTE)


def claim(database: Database, due: Due) -> bool:
    with database.writing() as session:
        return WebhookRepository(session).claim(due, MINUTE) is not None


def record(database: Database, due: Due, status: WebhookStatus, again: timedelta | None) -> None:
    attempt = WebhookAttempt(
        webhook_id=due.webhook_id, number=due.number, started_at=now(), seconds=0.1, answer=500, error=None
    )
    with database.writing() as session:
        WebhookRepository(session).record(attempt, status, None if again is None else now() + again)


def test_many_dispatchers_send_each_webhook_once(database: Database) -> None:
    dues = {insert(database) for _ in range(6)}
    insert(database, JobStatus.QUEUED)
    with ThreadPoolExecutor(4) as pool:
        taken = [due for found in pool.map(lambda _: take(database), range(8)) for due in found]
    assert len(taken) == len(dues)
    assert set(taken) == dues


def test_of_many_workers_one_makes_the_attempt(database: Database) -> None:
    due = insert(database)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: claim(database, due), range(8))) == 1
    assert not claim(database, Due(due.webhook_id, 3))


def test_an_attempt_that_failed_is_followed_by_the_next(database: Database) -> None:
    due = insert(database)
    assert claim(database, due)
    record(database, due, WebhookStatus.PENDING, timedelta(0))
    assert take(database) == [Due(due.webhook_id, 2)]
    assert claim(database, Due(due.webhook_id, 2))
    record(database, Due(due.webhook_id, 2), WebhookStatus.FAILED, None)
    assert not claim(database, Due(due.webhook_id, 3))
    with database.reading() as session:
        webhook = session.get_one(Webhook, due.webhook_id)
        assert [attempt.number for attempt in webhook.attempts] == [1, 2]
        assert (webhook.status, webhook.secret) == (WebhookStatus.FAILED, None)


def test_a_worker_that_died_on_the_way_is_followed_by_another(database: Database) -> None:
    due = insert(database)
    assert claim(database, due)
    with database.writing() as session:
        session.get_one(Webhook, due.webhook_id).due_at = now()
    assert take(database) == [Due(due.webhook_id, 2)]
