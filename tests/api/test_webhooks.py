from pathlib import Path
from typing import Any

import pytest

from liptune.api.webhooks.dispatch import dispatch
from liptune.core.store.database.models import Webhook, WebhookAttempt
from liptune.core.store.ids import now
from tests.api.checks import problem_of
from tests.api.conftest import Service

SECRET = "whsec_" + "QUJD" * 10
WEBHOOK = {"url": "https://example.com/told?token=x", "secret": SECRET}


@pytest.fixture
def video(service: Service, clips: Path) -> str:
    media: str = service.upload(clips / "talking.mp4")["id"]
    return media


def messages(service: Service) -> int:
    return len(list((service.settings.data / "queue" / "messages").iterdir()))


def test_a_job_with_a_webhook(service: Service, video: str) -> None:
    job = service.submit(video, webhook=WEBHOOK)
    shown = service.client.get(f"/v1/jobs/{job['id']}/webhook")
    webhook = shown.json()
    assert (webhook["url"], webhook["status"], webhook["attempts"]) == (WEBHOOK["url"], "pending", [])
    assert SECRET not in shown.text
    assert SECRET not in service.client.get(f"/v1/jobs/{job['id']}").text


def test_a_form_may_have_one_too(service: Service, clips: Path) -> None:
    video = ("a.mp4", (clips / "talking.mp4").read_bytes(), "video/mp4")
    told = (None, f'{{"url": "{WEBHOOK["url"]}", "secret": "{SECRET}"}}')
    files: Any = {"video": video, "operation": (None, "probe"), "webhook": told}
    job = service.client.post("/v1/jobs", files=files).json()
    assert service.client.get(f"/v1/jobs/{job['id']}/webhook").json()["url"] == WEBHOOK["url"]


def test_it_is_sent_once_the_job_has_ended(service: Service, video: str) -> None:
    job = service.submit(video, webhook=WEBHOOK)
    before = messages(service)
    dispatch(service.services())
    assert messages(service) == before
    service.client.post(f"/v1/jobs/{job['id']}/cancel")
    dispatch(service.services())
    dispatch(service.services())
    assert messages(service) == before + 1


def test_its_attempts_are_shown(service: Service, video: str) -> None:
    job = service.submit(video, webhook=WEBHOOK)
    with service.store.database.writing() as session:
        webhook = session.query(Webhook).one()
        session.add(
            WebhookAttempt(
                webhook_id=webhook.id, number=1, started_at=now(), seconds=0.5, answer=503, error=None
            )
        )
    [attempt] = service.client.get(f"/v1/jobs/{job['id']}/webhook").json()["attempts"]
    assert (attempt["answer"], attempt["error"], attempt["seconds"]) == (503, None, 0.5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "webhook_refused"),
        ({"url": "http://example.com/"}, "webhook_refused"),
        ({"secret": "whsec_short"}, "webhook_refused"),
        ({"secret": 5}, "invalid_request"),
        ({"colour": "red"}, "invalid_request"),
    ],
)
def test_a_webhook_that_may_not_be(service: Service, video: str, change: dict[str, Any], code: str) -> None:
    body = {"operation": "probe", "video": video, "webhook": WEBHOOK | change}
    answer = service.client.post("/v1/jobs", json=body)
    problem_of(answer, 422, code)
    assert "short" not in answer.text


def test_a_job_without_one(service: Service, video: str) -> None:
    job = service.submit(video)
    problem_of(service.client.get(f"/v1/jobs/{job['id']}/webhook"), 404, "not_found")


def test_another_receiver_is_another_request(service: Service, video: str) -> None:
    def post(url: str) -> Any:
        body = {"operation": "probe", "video": video, "webhook": WEBHOOK | {"url": url}}
        return service.client.post("/v1/jobs", json=body, headers={"Idempotency-Key": "k"})

    first = post("https://example.com/a")
    assert post("https://example.com/a").json()["id"] == first.json()["id"]
    problem_of(post("https://example.com/b"), 422, "idempotency_conflict")
