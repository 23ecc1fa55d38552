import json
import threading
from typing import Any

import pytest

from liptune.core.store.database.models import JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Judgement
from tests.api.conftest import Service
from tests.api.test_batches import claim, end, job_of, made

Event = tuple[str | None, str, dict[str, Any]]


def listen(service: Service, batch: str, after: str = "0") -> list[Event]:
    """The events of a stream that ends: number, kind, data."""
    answer = service.client.get(f"/v1/batches/{batch}/events", headers={"Last-Event-ID": after})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [read for block in answer.text.split("\n\n") if (read := parse(block)) is not None]


def parse(block: str) -> Event | None:
    fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
    if "data" not in fields:
        return None
    return fields.get("id"), fields["event"], json.loads(fields["data"])


@pytest.fixture
def batch(service: Service) -> str:
    made_id: str = made(service, 3)["id"]
    return made_id


def end_all(service: Service, batch: str) -> None:
    end(service, job_of(service, batch, 0), judgement=Judgement("out_of_sync", 120.0, 120.0))
    end(service, job_of(service, batch, 1), JobStatus.FAILED, error={"code": "no_face", "detail": "None."})
    end(service, job_of(service, batch, 2))


def test_a_late_listener_gets_every_item_and_the_end(service: Service, batch: str) -> None:
    end_all(service, batch)
    *items, (number, kind, counts) = listen(service, batch)
    assert [(kind, told["item"], told["status"]) for _, kind, told in items] == [
        ("item", 0, "succeeded"),
        ("item", 1, "failed"),
        ("item", 2, "succeeded"),
    ]
    assert (items[0][2]["verdict"], items[1][2]["error"]["code"]) == ("out_of_sync", "no_face")
    assert (kind, counts["progress"], counts["counts"]["failed"]) == ("done", 1.0, 1)
    again = service.client.get(f"/v1/batches/{batch}/events", headers={"Last-Event-ID": str(number)})
    assert (again.status_code, again.content) == (204, b"")


def test_whoever_was_cut_off_before_a_number_gets_all_of_it_again(service: Service, batch: str) -> None:
    end_all(service, batch)
    heard = listen(service, batch)
    assert [number for number, _, _ in heard[:-1]] == [None] * 3
    assert listen(service, batch, str(int(heard[-1][0] or 0) - 1)) == heard[2:]


def test_what_happens_while_one_listens_is_heard(service: Service, batch: str) -> None:
    worker = threading.Timer(0.5, end_all, (service, batch))
    worker.start()
    heard = listen(service, batch)
    worker.join()
    assert [(kind, told["status"]) for _, kind, told in heard[:3]] == [("item", "queued")] * 3
    assert heard[3][1] == "counts"
    last = {told["item"]: told["status"] for _, kind, told in heard if kind == "item"}
    assert last == {0: "succeeded", 1: "failed", 2: "succeeded"}
    numbers = [int(number) for number, _, _ in heard if number is not None]
    assert numbers == sorted(set(numbers))
    assert heard[-1][1] == "done"


def test_more_than_is_read_at_once_comes_in_pieces(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liptune.api.batches.events.AT_ONCE", 2)
    batch = made(service, 5)["id"]
    service.client.post(f"/v1/batches/{batch}/cancel")
    heard = listen(service, batch)
    assert {told["item"] for _, kind, told in heard if kind == "item"} == set(range(5))
    assert (heard[-1][1], heard[-1][2]["counts"]["canceled"]) == ("done", 5)


def test_the_progress_of_a_job_wakes_nobody_who_follows_its_batch(service: Service, batch: str) -> None:
    taken = claim(service, job_of(service, batch, 0))
    with service.store.database.writing() as session:
        AttemptRepository(session).report(taken, "count", 0.5)
    with service.store.database.writing() as session:
        AttemptRepository(session).put_off(taken, taken.pause * 0)
    service.client.post(f"/v1/batches/{batch}/cancel")
    heard = listen(service, batch)
    assert [told["status"] for _, kind, told in heard if kind == "item"] == ["canceled"] * 3


def test_a_stream_ends_with_a_batch_that_is_deleted(service: Service, batch: str) -> None:
    deletion = threading.Timer(0.5, service.client.delete, [f"/v1/batches/{batch}"])
    deletion.start()
    heard = listen(service, batch)
    deletion.join()
    assert heard[0][1] == "item"
