from pathlib import Path
from typing import Any

import pytest

from liptune.core.store.jobs.idempotency import IdempotencyRepository
from tests.api.checks import problem_of
from tests.api.conftest import Service


def post(service: Service, key: str, **body: Any) -> Any:
    return service.client.post(
        "/v1/jobs", json={"operation": "probe"} | body, headers={"Idempotency-Key": key}
    )


def count(service: Service) -> int:
    return len(service.client.get("/v1/jobs").json()["items"])


@pytest.fixture
def video(service: Service, clips: Path) -> str:
    media: str = service.upload(clips / "talking.mp4")["id"]
    return media


def test_a_retry_answers_with_the_same_job(service: Service, video: str) -> None:
    first = post(service, "k", video=video, options={"steps": 2})
    again = post(service, "k", video=video)
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    assert count(service) == 1


def test_the_same_key_with_another_input(service: Service, video: str) -> None:
    post(service, "k", video=video)
    problem_of(post(service, "k", video=video, options={"steps": 5}), 422, "idempotency_conflict")
    assert count(service) == 1


def test_another_key_is_another_job(service: Service, video: str) -> None:
    assert post(service, "a", video=video).json()["id"] != post(service, "b", video=video).json()["id"]


def test_a_refused_request_may_be_mended(service: Service, video: str) -> None:
    problem_of(post(service, "k", video="absent"), 404, "not_found")
    assert post(service, "k", video=video).status_code == 202


def test_forms_are_compared_by_their_parts_not_their_boundaries(service: Service, clips: Path) -> None:
    content = (clips / "talking.mp4").read_bytes()

    def send(boundary: str) -> Any:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="operation"\r\n\r\nprobe\r\n'
        head += f"--{boundary}\r\n"
        head += (
            'Content-Disposition: form-data; name="video"; filename="a"\r\nContent-Type: video/mp4\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        headers = {"Content-Type": kind, "Idempotency-Key": "k"}
        return service.client.post("/v1/jobs", content=body, headers=headers)

    assert send("one").json()["id"] == send("two").json()["id"]
    assert count(service) == 1


def test_a_key_whose_request_is_still_being_read(service: Service, video: str) -> None:
    settings = service.settings
    with service.store.database.writing() as session:
        IdempotencyRepository(session).reserve(
            "anybody", "k", settings.idempotency_retention, settings.idempotency_retention
        )
    answer = post(service, "k", video=video)
    problem_of(answer, 409, "idempotency_in_flight")
    assert "retry-after" in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_strange_key(service: Service, video: str, key: str) -> None:
    problem_of(post(service, key, video=video), 422, "invalid_request")
