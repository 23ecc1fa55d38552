import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from liptune.core.settings import QUEUES
from liptune.core.store.database.models import JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Claim, Outcome
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.rows import insert_job

Event = tuple[int, str, dict[str, Any]]


def listen(service: Service, job_id: str, **headers: str) -> list[Event]:
    """The events of a stream that ends, read as the specification of EventSource says."""
    answer = service.client.get(
        f"/v1/jobs/{job_id}/events",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [read for block in answer.text.split("\n\n") if (read := parse(block)) is not None]


def parse(block: str) -> Event | None:
    fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
    if "data" not in fields:
        return None
    return int(fields["id"]), fields["event"], json.loads(fields["data"])


def claim(service: Service, job_id: str) -> Claim:
    with service.store.database.writing() as session:
        taken = AttemptRepository(session).claim(job_id, "w", QUEUES, timedelta(seconds=30))
    assert taken is not None
    return taken


def work(service: Service, taken: Claim, *fractions: float) -> None:
    for fraction in fractions:
        with service.store.database.writing() as session:
            AttemptRepository(session).report(taken, "count", fraction)


def end(service: Service, taken: Claim) -> None:
    with service.store.database.writing() as session:
        AttemptRepository(session).finish(taken, Outcome(JobStatus.SUCCEEDED))


@pytest.fixture
def ended(service: Service) -> str:
    job_id = insert_job(service.store.database, owner="anybody")
    taken = claim(service, job_id)
    work(service, taken, 0.25, 0.75)
    end(service, taken)
    return job_id


WHOLE = [
    ("status", {"status": "queued"}),
    ("status", {"status": "running"}),
    ("progress", {"stage": "count", "progress": 0.25}),
    ("progress", {"stage": "count", "progress": 0.75}),
    ("done", {"status": "succeeded"}),
]


def test_a_late_listener_hears_it_all(service: Service, ended: str) -> None:
    heard = listen(service, ended)
    assert [(kind, payload) for _, kind, payload in heard] == WHOLE
    ids = [number for number, _, _ in heard]
    assert ids == sorted(set(ids))


def test_whoever_comes_back_hears_what_he_missed(service: Service, ended: str) -> None:
    heard = listen(service, ended)
    for seen in range(len(heard) - 1):
        assert listen(service, ended, Last_Event_ID=str(heard[seen][0])) == heard[seen + 1 :]


def test_whoever_has_heard_it_all_is_told_not_to_come_back(service: Service, ended: str) -> None:
    last = listen(service, ended)[-1][0]
    answer = service.client.get(f"/v1/jobs/{ended}/events", headers={"Last-Event-ID": str(last)})
    assert (answer.status_code, answer.content) == (204, b"")


def test_what_happens_while_one_listens_is_heard(service: Service) -> None:
    job_id = insert_job(service.store.database, owner="anybody")
    taken = claim(service, job_id)

    def run() -> None:
        work(service, taken, 0.25, 0.75)
        end(service, taken)

    worker = threading.Timer(0.5, run)
    worker.start()
    heard = listen(service, job_id)
    worker.join()
    assert [(kind, payload) for _, kind, payload in heard] == WHOLE


def test_a_quiet_stream_is_kept_alive_and_ends_with_its_job(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liptune.api.jobs.events.KEEP_ALIVE_SECONDS", 0.2)
    job_id = insert_job(service.store.database, owner="anybody")
    cancel = threading.Timer(1.0, service.client.post, [f"/v1/jobs/{job_id}/cancel"])
    cancel.start()
    answer = service.client.get(f"/v1/jobs/{job_id}/events")
    cancel.join()
    assert any(line.startswith(":") for line in answer.text.splitlines())
    assert answer.text.rstrip().splitlines()[-3:-1] == ["event: done", 'data: {"status": "canceled"}']


def test_a_job_that_goes_back_to_the_queue_says_so(service: Service) -> None:
    job_id = insert_job(service.store.database, owner="anybody")
    claim(service, job_id)
    with service.store.database.writing() as session:
        assert AttemptRepository(session).release("w") == 1
    end(service, claim(service, job_id))
    statuses = [payload["status"] for _, _, payload in listen(service, job_id)]
    assert statuses == ["queued", "running", "queued", "running", "succeeded"]


@pytest.mark.parametrize("number", ["x", "-1", "1.5", str(2**63)])
def test_an_event_that_never_was(service: Service, ended: str, number: str) -> None:
    answer = service.client.get(f"/v1/jobs/{ended}/events", headers={"Last-Event-ID": number})
    problem_of(answer, 422, "invalid_request")


def test_another_owners_job_has_no_events(service: Service) -> None:
    job_id = insert_job(service.store.database, owner="somebody")
    problem_of(service.client.get(f"/v1/jobs/{job_id}/events"), 404, "not_found")


def test_what_a_copy_will_lack_is_told_before_the_job_has_ended(service: Service) -> None:
    loss = {"code": "alpha", "stream": 0, "message": "Picture stream 0 (vp9) is no longer transparent"}
    job_id = insert_job(service.store.database, owner="anybody", operation="warp")
    taken = claim(service, job_id)
    assert service.client.get(f"/v1/jobs/{job_id}").json()["foreseen_losses"] is None
    with service.store.database.writing() as session:
        AttemptRepository(session).foresee(taken, [loss])
    job = service.client.get(f"/v1/jobs/{job_id}").json()
    assert (job["status"], job["foreseen_losses"]) == ("running", [loss])
    end(service, taken)
    told = [payload for _, kind, payload in listen(service, job_id) if kind == "losses"]
    assert told == [{"foreseen_losses": [loss]}]
