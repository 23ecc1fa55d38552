"""Webhooks, from the row to the receiver."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpcore
import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from liptune.core.internet.network import Forbidden, PublicNetwork
from liptune.core.settings import Settings
from liptune.core.store.database.models import JobStatus, Webhook, WebhookStatus
from liptune.core.store.ids import new_id, now
from liptune.core.store.store import Store
from liptune.core.store.webhooks import Due, WebhookRepository
from liptune.worker.webhooks.deliver import GONE, JITTER, RETRIES, Answer, decide, deliver
from tests.core.store.batches.batch_rows import insert_batch
from tests.core.store.rows import insert_job
from tests.tables import make_tables
from tests.worker.conftest import Workplace
from tests.worker.receiver import Receiver, listening

SECRET = "whsec_" + "QUJD" * 10
OPEN = Settings(webhook_allow_internal=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as listener:
        yield listener


@pytest.fixture
def store(tmp_path: Any) -> Iterator[Store]:
    opened = Store.open(Settings(data=tmp_path))
    make_tables(opened.database)
    yield opened
    opened.close()


def await_end(store: Store, url: str, status: JobStatus = JobStatus.FAILED) -> Due:
    """A webhook of a job that has ended, as the API leaves it; returns its first attempt."""
    error = {"code": "no_face", "detail": "x"} if status is JobStatus.FAILED else None
    job_id = insert_job(store.database, status=status, error=error, finished_at=now())
    webhook = Webhook(id=new_id(), job_id=job_id, url=url, secret=SECRET, created_at=now(), due_at=now())
    with store.database.writing() as session:
        WebhookRepository(session).add(webhook)
    return Due(webhook.id, 1)


def await_end_of_batch(store: Store, url: str) -> Due:
    """A webhook of a batch that has ended; returns its first attempt."""
    ended = {"status": "succeeded"}, {"status": "failed"}
    batch, _ = insert_batch(store.database, *ended, finished_at=now(), labels={"season": "2"})
    webhook = Webhook(id=new_id(), batch_id=batch, url=url, secret=SECRET, created_at=now(), due_at=now())
    with store.database.writing() as session:
        WebhookRepository(session).add(webhook)
    return Due(webhook.id, 1)


def read(store: Store, due: Due) -> Webhook:
    with store.database.reading() as session:
        return session.get_one(Webhook, due.webhook_id)


def take(store: Store) -> list[Due]:
    with store.database.writing() as session:
        return WebhookRepository(session).take_due(timedelta(minutes=5))


def test_a_receiver_can_check_what_he_is_told(store: Store, receiver: Receiver) -> None:
    due = await_end(store, receiver.url)
    deliver(due, store, OPEN)
    [(path, headers, body)] = receiver.heard
    assert path == "/told"
    told = Verifier(SECRET).verify(body, headers)
    assert told["type"] == "job.failed"
    assert (told["data"]["status"], told["data"]["error"]) == ("failed", "no_face")
    assert headers["Webhook-Id"] == due.webhook_id
    for tampered in (body + b" ", body.replace(b"failed", b"passed")):
        with pytest.raises(WebhookVerificationError):
            Verifier(SECRET).verify(tampered, headers)


def test_the_end_of_a_batch_is_one_message(store: Store, receiver: Receiver) -> None:
    due = await_end_of_batch(store, receiver.url)
    assert take(store) == [due]
    deliver(due, store, OPEN)
    [(_, headers, body)] = receiver.heard
    told = Verifier(SECRET).verify(body, headers)
    assert (told["type"], told["data"]["metadata"]) == ("batch.finished", {"season": "2"})
    counts = told["data"]["counts"]
    assert (counts["total"], counts["succeeded"], counts["failed"]) == (2, 1, 1)
    assert told["data"]["url"] == f"/v1/batches/{told['data']['id']}"
    assert take(store) == []


def test_whoever_is_told_is_not_told_again_and_the_secret_is_forgotten(
    store: Store, receiver: Receiver
) -> None:
    due = await_end(store, receiver.url)
    for _ in range(3):
        deliver(due, store, OPEN)
    assert len(receiver.heard) == 1
    webhook = read(store, due)
    assert (webhook.status, webhook.secret, take(store)) == (WebhookStatus.DELIVERED, None, [])
    [attempt] = webhook.attempts
    assert (attempt.number, attempt.answer, attempt.error) == (1, 200, None)


@pytest.mark.parametrize("status", [500, 404, 302, 307])
def test_a_receiver_that_fails_is_told_later(store: Store, receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    due = await_end(store, receiver.url)
    deliver(due, store, OPEN)
    webhook = read(store, due)
    assert webhook.status == WebhookStatus.PENDING
    assert timedelta(0) < webhook.due_at - now() < RETRIES[0] * 2
    assert [path for path, _, _ in receiver.heard] == ["/told"]
    deliver(Due(due.webhook_id, 2), store, OPEN)
    webhook = read(store, due)
    assert [attempt.answer for attempt in webhook.attempts] == [status, 200]
    assert {headers["Webhook-Id"] for _, headers, _ in receiver.heard} == {due.webhook_id}


def test_a_receiver_that_is_gone_is_left_alone(store: Store, receiver: Receiver) -> None:
    receiver.answers = [GONE]
    due = await_end(store, receiver.url)
    deliver(due, store, OPEN)
    assert (read(store, due).status, read(store, due).secret) == (WebhookStatus.DISABLED, None)


def test_attempts_grow_rare_are_spread_and_come_to_an_end() -> None:
    for number, wait in enumerate(RETRIES, start=1):
        waits = []
        for _ in range(50):
            status, due_at = decide(Answer(500), number)
            assert status == WebhookStatus.PENDING
            assert due_at is not None
            waits.append((due_at - now()) / wait)
        assert 1 - JITTER - 0.01 <= min(waits) < 1 < max(waits) <= 1 + JITTER
    assert sum(RETRIES, timedelta()) > timedelta(days=3)
    assert decide(Answer(error="x"), len(RETRIES) + 1) == (WebhookStatus.FAILED, None)


def test_only_ended_jobs_are_told_of_and_a_lost_message_is_sent_again(store: Store) -> None:
    running = await_end(store, "https://example.com", JobStatus.RUNNING)
    ended = await_end(store, "https://example.com", JobStatus.SUCCEEDED)
    assert take(store) == [ended]
    assert take(store) == []
    for due in (running, ended):
        with store.database.writing() as session:
            session.get_one(Webhook, due.webhook_id).due_at = now()
    assert take(store) == [ended]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])
def test_internal_addresses_are_not_called(store: Store, receiver: Receiver, host: str) -> None:
    due = await_end(store, receiver.url.replace("127.0.0.1", host))
    deliver(due, store, Settings())
    assert receiver.heard == []
    [attempt] = read(store, due).attempts
    assert attempt.error is not None
    assert "internal address" in attempt.error


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, called = ["93.184.216.34", "127.0.0.1"], []

    def rebinding(_host: str, port: int, **_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def connect(_self: Any, host: str, *_: Any) -> Any:
        called.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        PublicNetwork(allow_internal=False).connect_tcp("rebinding.example", 443)
    assert called == ["93.184.216.34"]
    with pytest.raises(Forbidden):
        PublicNetwork(allow_internal=False).connect_tcp("rebinding.example", 443)


def test_one_internal_address_among_many_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (to, 443)) for to in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(Forbidden):
        PublicNetwork(allow_internal=False).connect_tcp("both.example", 443)


def test_a_worker_delivers(workplace: Workplace, receiver: Receiver) -> None:
    workplace.hire(LIPTUNE_WEBHOOK_ALLOW_INTERNAL="1")
    due = await_end(workplace.store, receiver.url, JobStatus.SUCCEEDED)
    workplace.tell(due)
    workplace.until(lambda: read(workplace.store, due).status == WebhookStatus.DELIVERED)
    [(_, headers, body)] = receiver.heard
    assert Verifier(SECRET).verify(body, headers)["type"] == "job.succeeded"
