import hashlib
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from liptune.client import Client, DownloadDamaged, JobFailed, Refused
from liptune.core.store.database.models import Artifact, JobStatus
from liptune.core.store.jobs.claims import AttemptRepository, Outcome
from liptune.core.store.jobs.idempotency import IdempotencyRepository
from tests.api.conftest import Service


def work(service: Service, job_id: str, outcome: Outcome, steps: int = 2) -> None:
    """Does the job, as a worker would."""
    with service.store.database.writing() as session:
        attempts = AttemptRepository(session)
        claim = attempts.claim(job_id, "w", ("gpu",), timedelta(seconds=30))
        assert claim is not None
        for step in range(steps):
            attempts.report(claim, "count", step / steps)
        attempts.finish(claim, outcome)


def made(service: Service, job_id: str, content: bytes) -> Artifact:
    writer = service.store.blobs.create()
    writer.write(content)
    stored = writer.commit(f"jobs/{job_id}/t/report.json")
    return Artifact(
        job_id=job_id,
        name="report.json",
        position=0,
        media_type="application/json",
        bytes=stored.bytes,
        sha256=stored.sha256,
        blob=stored.key,
    )


@pytest.fixture
def video(client: Client, clips: Path) -> str:
    return client.upload(clips / "talking.mp4")["id"]


def test_a_file_in_parts(client: Client, clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liptune.client.uploads.PART_BYTES", 1000)
    path, told = clips / "talking.mp4", []
    media = client.upload(path, progress=lambda sent, size: told.append((sent, size)))
    size = path.stat().st_size
    assert media["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert media["filename"] == "talking.mp4"
    assert told == [(min(at + 1000, size), size) for at in range(0, size, 1000)]
    assert client.media(media["id"]) == media


def test_an_upload_goes_on_after_the_line_broke(
    client: Client, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liptune.client.uploads.PART_BYTES", 1000)
    broken, request = [2, 3], httpx.Client.request

    def fragile(http: httpx.Client, method: str, url: Any, **arguments: Any) -> httpx.Response:
        if method == "PATCH" and broken and broken[0] * 1000 == int(arguments["headers"]["Upload-Offset"]):
            broken.pop(0)
            answer = request(http, method, url, **arguments)
            raise httpx.ReadError("the answer was lost", request=answer.request)
        return request(http, method, url, **arguments)

    monkeypatch.setattr(httpx.Client, "request", fragile)
    path = clips / "talking.mp4"
    assert client.upload(path)["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert broken == []


def test_a_job_is_followed_and_its_files_fetched(
    client: Client, service: Service, video: str, tmp_path: Path
) -> None:
    job, told = client.submit("probe", video, options={"steps": 1}), []
    outcome = Outcome(JobStatus.SUCCEEDED, {"a": 1}, artifacts=[made(service, job["id"], b"{}")])
    worker = threading.Timer(0.5, work, [service, job["id"], outcome])
    worker.start()
    done = client.wait(job, lambda stage, fraction: told.append((stage, fraction)))
    worker.join()
    assert done["result"] == {"a": 1}
    assert told == [("count", 0.0), ("count", 0.5)]
    assert client.download(done["artifacts"][0], tmp_path / "new" / "folder").read_bytes() == b"{}"


def test_events_are_heard_again_after_the_line_broke(
    client: Client, service: Service, video: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = client.submit("probe", video)
    work(service, job["id"], Outcome(JobStatus.SUCCEEDED), steps=4)
    whole, read, broken = list(client.events(job["id"])), httpx.Response.iter_lines, [6, 3]

    def fragile(answer: httpx.Response) -> Any:
        for number, line in enumerate(read(answer)):
            if broken and number == broken[0]:
                broken.pop(0)
                raise httpx.ReadError("gone", request=answer.request)
            yield line

    monkeypatch.setattr(httpx.Response, "iter_lines", fragile)
    assert [event.kind for event in whole] == ["status", "status", *["progress"] * 4, "done"]
    assert list(client.events(job["id"])) == whole
    assert broken == []
    assert list(client.events(job["id"], after=whole[-1].id)) == []


def test_a_damaged_file_is_not_left_lying_about(
    client: Client, service: Service, video: str, tmp_path: Path
) -> None:
    job = client.submit("probe", video)
    artifact = made(service, job["id"], b"{}")
    artifact.sha256 = "0" * 64
    work(service, job["id"], Outcome(JobStatus.SUCCEEDED, artifacts=[artifact]))
    with pytest.raises(DownloadDamaged):
        client.download(client.job(job["id"])["artifacts"][0], tmp_path / "got")
    assert list((tmp_path / "got").iterdir()) == []


def test_a_job_that_fails_says_why(client: Client, service: Service, video: str) -> None:
    job = client.submit("probe", video)
    work(service, job["id"], Outcome(JobStatus.FAILED, error={"code": "no_face", "detail": "None."}))
    with pytest.raises(JobFailed) as failed:
        client.wait(job)
    assert failed.value.problem["code"] == "no_face"
    canceled = client.cancel(client.submit("probe", video)["id"])
    with pytest.raises(JobFailed, match="canceled"):
        client.wait(canceled)


def test_a_refusal_is_the_services_own(client: Client, video: str) -> None:
    with pytest.raises(Refused) as refused:
        client.submit("probe", video, options={"speed": 1})
    assert refused.value.problem["code"] == "unknown_option"
    assert "speed" in str(refused.value)


def test_jobs_are_listed_over_all_pages(client: Client, video: str) -> None:
    ids = [client.submit("probe", video)["id"] for _ in range(5)]
    assert [job["id"] for job in client.jobs(limit=2)] == ids[::-1]
    assert list(client.jobs(status="succeeded")) == []


def test_a_key_makes_a_repeated_submission_one_job(client: Client, video: str) -> None:
    assert client.submit("probe", video, key="k")["id"] == client.submit("probe", video, key="k")["id"]


def test_what_is_no_longer_wanted(client: Client, video: str) -> None:
    job = client.submit(
        "probe", video, webhook={"url": "https://example.com/", "secret": "whsec_" + "QUJD" * 10}
    )
    assert client.webhook(job["id"])["status"] == "pending"
    client.cancel(job["id"])
    client.delete_job(job["id"])
    client.delete_media(video)
    for gone in (lambda: client.job(job["id"]), lambda: client.media(video)):
        with pytest.raises(Refused):
            gone()


def test_engines_and_readiness(client: Client) -> None:
    assert "lite" in [engine["id"] for engine in client.engines()]
    assert not client.ready()
    with Client("http://127.0.0.1:1") as nobody:
        assert not nobody.ready()


def test_a_client_that_is_told_to_come_back_does(
    client: Client, service: Service, video: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("liptune.client.http.time.sleep", waits.append)
    limit = service.settings.max_jobs_in_flight
    jobs = [client.submit("probe", video)["id"] for _ in range(limit)]
    with pytest.raises(Refused) as refused:
        client.submit("probe", video)
    assert refused.value.problem["code"] == "too_many_jobs"
    assert waits == [5.0] * 4
    client.cancel(jobs[0])
    client.submit("probe", video)


def test_a_submission_whose_first_sending_is_still_being_read_comes_back(
    client: Client, service: Service, video: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = timedelta(days=1)
    with service.store.database.writing() as session:
        token = IdempotencyRepository(session).reserve("anybody", "k", day, day)
    assert token is not None

    def free(_seconds: float) -> None:
        with service.store.database.writing() as session:
            IdempotencyRepository(session).abandon("anybody", "k", token)

    monkeypatch.setattr("liptune.client.http.time.sleep", free)
    assert client.submit("probe", video, key="k")["status"] == "queued"


def test_it_needs_nothing_of_the_service() -> None:
    ours = ("liptune", "fastapi", "pydantic")
    code = f"import sys, liptune_client; print([m for m in {ours!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_ones_own_reference_goes_along(client: Client, clips: Path) -> None:
    ours = {"project": "Nordwind", "reel": "7: ü"}
    media = client.upload(clips / "talking.mp4", metadata=ours)
    assert media["metadata"] == client.media(media["id"])["metadata"] == ours
    one = client.submit("probe", media["id"], metadata=ours)
    client.submit("probe", media["id"], metadata={"project": "Nordwind"})
    assert one["metadata"] == ours
    assert [job["id"] for job in client.jobs(metadata=ours)] == [one["id"]]
    assert len(list(client.jobs(metadata={"project": "Nordwind"}, limit=1))) == 2


def test_a_url_is_handed_on(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.submit("probe", {"url": "http://127.0.0.1/clip.mp4"})
    assert refused.value.problem["code"] == "url_refused"
    job = client.submit("probe", {"url": "https://clips.invalid/a.mp4?key=1"})
    assert job["sources"] == {"video": "https://clips.invalid/a.mp4"}
    client.cancel(job["id"])


def test_what_a_copy_will_lack_is_told_while_the_job_is_waited_for(
    service: Service, client: Client, video: str
) -> None:
    loss = {"code": "fields", "stream": 0, "message": "Picture stream 0 (mjpeg) is no longer interlaced (tt)"}
    job = client.submit("probe", video)
    with service.store.database.writing() as session:
        attempts = AttemptRepository(session)
        claim = attempts.claim(job["id"], "w", ("gpu",), timedelta(seconds=30))
        assert claim is not None
        attempts.foresee(claim, [loss])
        attempts.finish(claim, Outcome(JobStatus.SUCCEEDED))
    told: list[object] = []
    assert client.wait(job, losses=told.append)["foreseen_losses"] == [loss]
    assert told == [[loss]]
