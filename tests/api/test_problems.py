import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from liptune.api.errors import PROBLEMS
from liptune.core import errors
from liptune.core.store.ids import new_id
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.media_factory import numbered_video


def test_an_unknown_path(service: Service) -> None:
    problem_of(service.client.get("/nowhere"), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/jobs", "GET, POST"),
        ("/v1/jobs/x", "GET, DELETE"),
        ("/v1/jobs/x/artifacts/y", "GET, HEAD"),
        ("/v1/media/x", "GET, DELETE"),
        ("/v1/uploads", "POST, OPTIONS"),
        ("/v1/uploads/x", "GET, HEAD, PATCH, DELETE"),
        ("/livez", "GET"),
    ],
)
def test_a_method_that_the_path_lacks(service: Service, path: str, methods: str) -> None:
    answer = service.client.put(path)
    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == methods


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "status=lost",
        "created_after=yesterday",
        "created_after=2026-01-01",
        "created_after=0.5",
    ],
)
def test_a_query_out_of_range(service: Service, query: str) -> None:
    body = problem_of(service.client.get(f"/v1/jobs?{query}"), 422, "invalid_request")
    assert query.partition("=")[0] in body["detail"]


def test_what_breaks_inside_stays_inside(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("secret: /root/key")

    monkeypatch.setattr("liptune.api.jobs.service.page", break_down)
    answer = service.client.get("/v1/jobs")
    problem_of(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_the_callers_request_id_is_kept(service: Service) -> None:
    answer = service.client.get("/livez", headers={"X-Request-ID": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "naïve"])
def test_a_strange_request_id_is_replaced(service: Service, given: str) -> None:
    answer = service.client.get("/livez", headers={b"X-Request-ID": given.encode()})
    assert answer.headers["x-request-id"] != given


def test_every_error_of_the_core_has_a_status() -> None:
    codes = {
        kind.code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.LiptuneError)
    }
    assert codes <= PROBLEMS.keys()


def test_a_database_that_is_away_is_not_our_bug(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    away = create_engine("postgresql://root@127.0.0.1:9/none")
    monkeypatch.setattr(service.services().store.database, "_reader", away)
    answer = service.client.get(f"/v1/jobs/{new_id()}")
    assert problem_of(answer, 503, "not_ready")["detail"] == "The database does not answer."
    assert answer.headers["retry-after"] == "5"
    assert "127.0.0.1" not in answer.text


def test_storage_that_is_away_is_not_our_bug(service: Service, tmp_path: Path) -> None:
    clip = numbered_video(tmp_path / "clip.mp4", frames=5)
    shutil.rmtree(service.settings.data / "files")
    answer = service.client.post(
        "/v1/media", content=clip.read_bytes(), headers={"Content-Type": "video/mp4"}
    )
    problem_of(answer, 503, "storage_unavailable")
    assert answer.headers["retry-after"] == "5"
