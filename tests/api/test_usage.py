"""What a key stores is told, and bounded where the service says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from liptune.core.store.database.models import Artifact, JobStatus, Media
from liptune.core.store.jobs.claims import AttemptRepository, Outcome
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.rows import insert_job
from tests.media_factory import talking

ROOM = 60_000


@pytest.fixture
def bounded(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "data", key_bytes=ROOM, api_keys="first,second")
    with service.client:
        service.client.headers["Authorization"] = "Bearer first"
        yield service
    service.store.close()


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two of different contents, each more than half of `ROOM` and less than all of it."""
    folder = tmp_path_factory.mktemp("videos")
    made = []
    for number in range(2):
        path = folder / f"{number}.mp4"
        talking(path, seconds=1.0, burst=0.3 + 0.2 * number)
        box = ROOM * 6 // 10 - path.stat().st_size
        path.write_bytes(path.read_bytes() + box.to_bytes(4, "big") + b"free" + bytes(box - 8))
        made.append(path)
    return made


def stored(service: Service) -> dict[str, int | None]:
    found: dict[str, int | None] = service.client.get("/v1/usage").json()["bytes"]
    return found


def finish(service: Service, owner: str, size: int) -> str:
    """A job that has made an artifact of so many bytes."""
    job_id = insert_job(service.store.database, owner=owner)
    made = Artifact(job_id=job_id, name="r", position=0, media_type="a/b", bytes=size, sha256="0", blob="x")
    with service.store.database.writing() as session:
        attempts = AttemptRepository(session)
        claim = attempts.claim(job_id, "w", ["gpu"], service.settings.lease)
        assert claim is not None
        attempts.finish(claim, Outcome(JobStatus.SUCCEEDED, artifacts=[made]))
    return job_id


def owner_of(service: Service, media_id: str) -> str:
    with service.store.database.reading() as session:
        return session.get_one(Media, media_id).owner


def test_what_a_key_stores_is_told(bounded: Service, videos: list[Path]) -> None:
    media = bounded.upload(videos[0])
    finish(bounded, owner_of(bounded, media["id"]), 1000)
    size = videos[0].stat().st_size
    told = {"media": size, "artifacts": 1000, "uploads": 0, "total": size + 1000, "limit": ROOM}
    assert stored(bounded) == told
    bounded.submit(media["id"])
    assert bounded.client.get("/v1/usage").json()["jobs"] == {"queued": 1, "running": 0, "limit": 16}


def test_a_key_may_not_store_more_than_it_may(bounded: Service, videos: list[Path]) -> None:
    media = bounded.upload(videos[0])
    video = {"Content-Type": "video/mp4"}
    refused = bounded.client.post("/v1/media", content=videos[1].read_bytes(), headers=video)
    problem = problem_of(refused, 507, "quota_exceeded")
    assert problem["details"]["limit"] == ROOM
    assert len(bounded.stored_files()) == 1
    assert bounded.upload(videos[0])["id"] == media["id"], "the same bytes again take no room"
    bounded.client.headers["Authorization"] = "Bearer second"
    bounded.upload(videos[1])
    bounded.client.headers["Authorization"] = "Bearer first"
    assert bounded.client.delete(f"/v1/media/{media['id']}").status_code == 204
    bounded.upload(videos[1])


def test_an_upload_reserves_what_it_announces(bounded: Service, videos: list[Path]) -> None:
    whole = videos[0].read_bytes()
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(whole))}
    begun = bounded.client.post("/v1/uploads", headers=tus)
    assert begun.status_code == 201
    assert stored(bounded)["uploads"] == len(whole)
    problem_of(bounded.client.post("/v1/uploads", headers=tus), 507, "quota_exceeded")
    part = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    for start in (0, len(whole) // 2):
        end = len(whole) // 2 if start == 0 else len(whole)
        sent = bounded.client.patch(
            begun.headers["location"],
            content=whole[start:end],
            headers=part | {"Upload-Offset": str(start)},
        )
        assert sent.status_code == 204, sent.text
    assert (stored(bounded)["media"], stored(bounded)["uploads"]) == (len(whole), 0)
    (media,) = bounded.client.get("/v1/media").json()["items"]
    assert bounded.client.delete(f"/v1/media/{media['id']}").status_code == 204
    assert stored(bounded)["total"] == 0


def test_who_stores_too_much_already_begins_no_job(bounded: Service, videos: list[Path]) -> None:
    media = bounded.upload(videos[0])
    made = finish(bounded, owner_of(bounded, media["id"]), ROOM)
    wanted = {"operation": "probe", "video": media["id"]}
    problem_of(bounded.client.post("/v1/jobs", json=wanted), 507, "quota_exceeded")
    assert bounded.client.delete(f"/v1/jobs/{made}").status_code == 204
    assert bounded.client.post("/v1/jobs", json=wanted).status_code == 202


def test_a_jobs_priority_is_told_and_kept(bounded: Service, videos: list[Path]) -> None:
    media = bounded.upload(videos[0])["id"]
    assert bounded.submit(media)["priority"] == "interactive"
    assert bounded.submit(media, priority="batch")["priority"] == "batch"
    wrong = {"operation": "probe", "video": media, "priority": "urgent"}
    problem_of(bounded.client.post("/v1/jobs", json=wrong), 422, "invalid_request")
