import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from liptune.core.settings import Settings
from tests.api.checks import problem_of
from tests.api.conftest import Service

ORIGIN = "https://studio.example"


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Any]:
    built: list[Service] = []

    def make(**changes: Any) -> Service:
        service = Service(tmp_path, **changes)
        service.client.__enter__()
        built.append(service)
        return service

    yield make
    for service in built:
        service.client.__exit__()
        service.store.close()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_too_many_requests(build: Any) -> None:
    client = build(api_keys="first,second", rate_limit="3/hour").client
    assert [client.get("/v1/jobs", headers=bearer("first")).status_code for _ in range(4)] == [200] * 3 + [
        429
    ]
    refused = client.get("/v1/jobs", headers=bearer("first"))
    problem_of(refused, 429, "rate_limited")
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert client.get("/v1/jobs", headers=bearer("second")).status_code == 200
    assert client.get("/livez").status_code == 200


def test_every_process_counts_the_same_in_redis(build: Any, redis_url: str) -> None:
    one, other = (build(rate_limit="3/hour", broker_url=redis_url).client for _ in range(2))
    statuses = [client.get("/v1/jobs").status_code for client in (one, other, one, other)]
    assert statuses == [200, 200, 200, 429]


def test_keys_cannot_be_guessed_for_long(build: Any) -> None:
    client = build(api_keys="first", rate_limit="3/hour").client
    tried = [client.get("/v1/jobs", headers=bearer(str(guess))) for guess in range(4)]
    assert [answer.status_code for answer in tried] == [401, 401, 401, 429]
    assert client.get("/v1/jobs", headers=bearer("first")).status_code == 200


def test_where_there_are_no_keys_addresses_are_counted(build: Any) -> None:
    client = build(rate_limit="2/hour").client
    assert [client.get("/v1/jobs").status_code for _ in range(3)] == [200, 200, 429]


def test_a_count_that_cannot_be_kept_refuses_nobody(build: Any) -> None:
    client = build(rate_limit="1/hour", broker_url="redis://127.0.0.1:1/0").client
    assert [client.get("/v1/jobs").status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("rate", ["many", "5/fortnight"])
def test_a_rate_that_is_none(rate: str) -> None:
    with pytest.raises(ValidationError, match="rate_limit"):
        Settings(rate_limit=rate)


def test_a_key_may_be_known_by_its_digest_alone(build: Any) -> None:
    digest = hashlib.sha256(b"first").hexdigest()
    client = build(api_keys=f"sha256:{digest.upper()},second").client
    for key in ("first", "second"):
        assert client.get("/v1/jobs", headers=bearer(key)).status_code == 200
    for key in (digest, f"sha256:{digest}", f"sha256:{digest.upper()}"):
        problem_of(client.get("/v1/jobs", headers=bearer(key)), 401, "unauthorized")


@pytest.mark.parametrize("digest", ["", "x" * 64, "0" * 63])
def test_a_digest_that_is_none(digest: str) -> None:
    with pytest.raises(ValidationError, match="hexadecimal"):
        Settings(api_keys=f"sha256:{digest}")


def test_a_key_is_nowhere_in_the_database_or_the_log(
    build: Any, clips: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    service = build(api_keys="a-very-secret-key")
    video = service.upload(clips / "talking.mp4", **bearer("a-very-secret-key"))["id"]
    body = {"operation": "probe", "video": video}
    assert service.client.post("/v1/jobs", json=body, headers=bearer("a-very-secret-key")).status_code == 202
    assert service.client.get("/v1/jobs", headers=bearer("another-secret-key")).status_code == 401
    for path in service.settings.data.rglob("*"):
        assert not path.is_file() or b"secret-key" not in path.read_bytes()
    assert "secret-key" not in "".join(capfd.readouterr()) + repr(service.settings)


def test_a_page_of_another_origin(build: Any) -> None:
    client = build(cors_origins=ORIGIN, api_keys="first").client
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "PATCH"}
    asked |= {"Access-Control-Request-Headers": "authorization,tus-resumable,upload-offset"}
    allowed = client.options("/v1/uploads/x", headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "PATCH" in allowed.headers["access-control-allow-methods"]
    refused = client.get("/v1/jobs/x", headers={"Origin": ORIGIN} | bearer("first"))
    problem_of(refused, 404, "not_found")
    assert refused.headers["access-control-allow-origin"] == ORIGIN
    assert "Retry-After" in refused.headers["access-control-expose-headers"]
    assert (
        "access-control-allow-origin"
        not in client.get("/livez", headers={"Origin": "https://x.example"}).headers
    )


def test_no_other_origin_unless_asked_for(service: Service) -> None:
    answer = service.client.get("/livez", headers={"Origin": ORIGIN})
    assert "access-control-allow-origin" not in answer.headers
