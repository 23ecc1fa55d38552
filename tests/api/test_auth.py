from pathlib import Path

import pytest

from tests.api.checks import problem_of
from tests.api.conftest import Service


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("headers", [{}, bearer("third"), bearer(""), {"Authorization": "Basic first"}])
@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/jobs/x", "/v1/media", "/v1/media/x", "/v1/engines"])
def test_without_a_valid_key_nothing_is_told(strict: Service, headers: dict[str, str], path: str) -> None:
    answer = strict.client.get(path, headers=headers)
    problem_of(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_body_is_not_read_for_a_stranger(strict: Service) -> None:
    answer = strict.client.post("/v1/media", content=b"x", headers={"Content-Type": "text/plain"})
    problem_of(answer, 401, "unauthorized")


def test_a_cookie_is_enough_for_reading_and_for_nothing_else(strict: Service, clips: Path) -> None:
    video = strict.upload(clips / "talking.mp4", **bearer("first"))["id"]
    cookie = {"Cookie": "other=1; liptune_key=%66irst"}
    assert strict.client.get(f"/v1/media/{video}/content", headers=cookie).status_code == 200
    assert strict.client.head(f"/v1/media/{video}/content", headers=cookie).status_code == 200
    problem_of(
        strict.client.get(f"/v1/media/{video}", headers={"Cookie": "liptune_key=x"}), 401, "unauthorized"
    )
    problem_of(strict.client.delete(f"/v1/media/{video}", headers=cookie), 401, "unauthorized")
    body = {"operation": "probe", "video": video}
    problem_of(strict.client.post("/v1/jobs", json=body, headers=cookie), 401, "unauthorized")


@pytest.mark.parametrize("path", ["/livez", "/openapi.json", "/docs"])
def test_what_anybody_may_see(strict: Service, path: str) -> None:
    assert strict.client.get(path).status_code == 200


def test_each_key_sees_its_own(strict: Service, clips: Path) -> None:
    mine = strict.upload(clips / "talking.mp4", **bearer("first"))["id"]
    theirs = strict.upload(clips / "talking.mp4", **bearer("second"))["id"]
    assert mine != theirs
    assert strict.client.get(f"/v1/media/{mine}", headers=bearer("first")).status_code == 200
    problem_of(strict.client.get(f"/v1/media/{mine}", headers=bearer("second")), 404, "not_found")
    assert strict.client.delete(f"/v1/media/{theirs}", headers=bearer("second")).status_code == 204
    assert strict.client.get(f"/v1/media/{mine}/content", headers=bearer("first")).status_code == 200


def test_a_key_may_have_so_many_jobs_in_flight(strict: Service, clips: Path) -> None:
    video = strict.upload(clips / "talking.mp4", **bearer("first"))["id"]
    body = {"operation": "probe", "video": video}
    jobs = [strict.client.post("/v1/jobs", json=body, headers=bearer("first")) for _ in range(3)]
    assert [job.status_code for job in jobs] == [202, 202, 429]
    problem_of(jobs[2], 429, "too_many_jobs")
    assert "retry-after" in jobs[2].headers
    strict.client.post(f"/v1/jobs/{jobs[0].json()['id']}/cancel", headers=bearer("first"))
    assert strict.client.post("/v1/jobs", json=body, headers=bearer("first")).status_code == 202


def test_too_long_a_clip(strict: Service, tmp_path: Path, clips: Path) -> None:
    from tests.media_factory import ffmpeg

    long = tmp_path / "long.mp4"
    ffmpeg("-stream_loop", "9", "-i", clips / "talking.mp4", "-c", "copy", long)
    headers = bearer("first") | {"Content-Type": "video/mp4"}
    answer = strict.client.post("/v1/media", content=long.read_bytes(), headers=headers)
    problem_of(answer, 422, "media_too_long")
