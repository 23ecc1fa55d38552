from pathlib import Path
from typing import Any

import pytest

from tests.api.checks import problem_of
from tests.api.conftest import Service

HERE = ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000", "127.8.9.1"]
ELSEWHERE = [
    "evil.example",
    "evil.example:8000",
    "192.168.1.5:8000",
    "localhost.evil.example",
    "",
    "[::1",
    "a b",
]


@pytest.mark.parametrize("host", HERE)
def test_this_machines_own_names(service: Service, host: str) -> None:
    assert service.client.get("/v1/jobs", headers={"Host": host}).status_code == 200
    own = {"Host": host, "Origin": f"http://{host}"}
    assert service.client.get("/v1/jobs", headers=own).status_code == 200


@pytest.mark.parametrize("host", ELSEWHERE)
def test_a_name_that_was_pointed_at_this_machine(service: Service, host: str) -> None:
    """DNS rebinding: the page and the service seem to be one site, but for the name."""
    problem_of(service.client.get("/v1/jobs", headers={"Host": host}), 403, "foreign_site")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9999", "null", ""])
def test_a_page_of_another_site_sends_nothing(service: Service, clips: Path, origin: str) -> None:
    video: Any = ("a.mp4", (clips / "talking.mp4").read_bytes(), "video/mp4")
    files: Any = {"video": video, "operation": (None, "probe")}
    answer = service.client.post("/v1/jobs", files=files, headers={"Origin": origin})
    problem_of(answer, 403, "foreign_site")
    assert service.client.get("/v1/jobs").json()["items"] == []


def test_with_keys_the_key_decides(strict: Service) -> None:
    headers = {"Host": "liptune.example", "Origin": "https://x.example", "Authorization": "Bearer first"}
    assert strict.client.get("/v1/jobs", headers=headers).status_code == 200


def test_whoever_opens_the_door_may_name_the_house(tmp_path: Path) -> None:
    opened = Service(tmp_path, allow_open=True, cors_origins="https://studio.example")
    with opened.client:
        assert opened.client.get("/v1/jobs", headers={"Host": "liptune.example"}).status_code == 200
        allowed = {"Host": "liptune.example", "Origin": "https://studio.example"}
        assert opened.client.get("/v1/jobs", headers=allowed).status_code == 200
        foreign = {"Host": "liptune.example", "Origin": "https://evil.example"}
        problem_of(opened.client.get("/v1/jobs", headers=foreign), 403, "foreign_site")
    opened.store.close()
