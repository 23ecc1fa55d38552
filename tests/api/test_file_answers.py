import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from liptune.core.store.database.models import Artifact, JobStatus
from liptune.core.store.ids import new_id
from liptune.core.store.s3.client import make_bucket
from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.core.store.rows import insert_job
from tests.media_factory import numbered_video
from tests.servers import OwnS3

CONTENT = bytes(range(256)) * 5000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def url(service: Service) -> str:
    """An artifact of a finished job."""
    job_id = insert_job(service.store.database, owner="anybody", status=JobStatus.SUCCEEDED)
    writer = service.store.blobs.create()
    writer.write(CONTENT)
    stored = writer.commit(f"jobs/{job_id}/t/report.json")
    with service.store.database.writing() as session:
        session.add(
            Artifact(
                job_id=job_id,
                name="report.json",
                position=0,
                media_type="application/json",
                bytes=stored.bytes,
                sha256=stored.sha256,
                blob=stored.key,
            )
        )
    listed = service.client.get(f"/v1/jobs/{job_id}").json()["artifacts"]
    assert [(made["name"], made["bytes"], made["sha256"]) for made in listed] == [
        ("report.json", len(CONTENT), DIGEST)
    ]
    found: str = listed[0]["url"]
    return found


def get(service: Service, url: str, **headers: str) -> Any:
    return service.client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_the_whole_file(service: Service, url: str) -> None:
    answer = get(service, url)
    assert answer.content == CONTENT
    assert answer.headers["etag"] == f'"{DIGEST}"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''report.json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox allow-scripts"


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-1099", 100, 1100),
        ("bytes=1279990-", 1_279_990, 1_280_000),
        ("bytes=-10", 1_279_990, 1_280_000),
        ("bytes=-9999999", 0, 1_280_000),
        ("bytes=5-9999999", 5, 1_280_000),
        ("bytes=0-99999999999999999999", 0, 1_280_000),
        ("bytes=1279990-" + "9" * 400, 1_279_990, 1_280_000),
        ("bytes=-99999999999999999999", 0, 1_280_000),
        ("bytes=00000000000000000000005-0000000000000000000009", 5, 10),
        ("Bytes=0-9", 0, 10),
    ],
)
def test_a_range(service: Service, url: str, wanted: str, start: int, end: int) -> None:
    answer = get(service, url, Range=wanted)
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert int(answer.headers["content-length"]) == end - start


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=1280000-",
        "bytes=9999999-99999999",
        "bytes=-0",
        "bytes=99999999999999999999-",
        "bytes=99999999999999999998-99999999999999999999",
    ],
)
def test_a_range_beyond_the_end(service: Service, url: str, wanted: str) -> None:
    answer = get(service, url, Range=wanted)
    problem_of(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=9-5",
        "bytes=99999999999999999999-5",
        "bytes=-",
        "lines=0-1",
        "bytes=0-1,5-9",
        "bytes=a-b",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_a_range_that_is_none_is_ignored(service: Service, url: str, wanted: str) -> None:
    answer = get(service, url, Range=wanted)
    assert (answer.status_code, len(answer.content)) == (200, len(CONTENT))


def test_a_range_of_another_version_is_ignored(service: Service, url: str) -> None:
    assert get(service, url, Range="bytes=0-9", If_Range='"other"').status_code == 200
    assert get(service, url, Range="bytes=0-9", If_Range=f'"{DIGEST}"').status_code == 206


@pytest.mark.parametrize("condition", [f'"{DIGEST}"', f'W/"{DIGEST}"', f'"x", "{DIGEST}"', "*"])
def test_what_the_client_has_is_not_sent_again(service: Service, url: str, condition: str) -> None:
    answer = get(service, url, If_None_Match=condition)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{DIGEST}"'


def test_head_tells_all_but_the_content(service: Service, url: str) -> None:
    whole, head = get(service, url), service.client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "content-disposition"):
        assert head.headers[name] == whole.headers[name]


def test_an_artifact_that_is_not_there(service: Service, url: str) -> None:
    for name in ("other", "..%2freport.json", "report.json%00"):
        problem_of(service.client.get(url.replace("report.json", name)), 404, "not_found")


def test_deleting_the_job_deletes_its_files(service: Service, url: str) -> None:
    assert service.client.delete(url.removesuffix("/artifacts/report.json")).status_code == 204
    problem_of(get(service, url), 404, "not_found")
    assert service.stored_files() == []


def test_a_download_is_redirected_to_storage_when_that_is_asked_for(tmp_path: Path, s3: OwnS3) -> None:
    settings = {**s3.settings(new_id()), "s3_presign": timedelta(minutes=1)}
    service = Service(tmp_path, **settings)
    make_bucket(service.settings)
    with service.client:
        clip = numbered_video(tmp_path / "clip.mp4", frames=5)
        url = f"/v1/media/{service.upload(clip)['id']}/content"
        answer = service.client.get(url, follow_redirects=False)
        assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
        fetched = httpx.get(answer.headers["location"], trust_env=False)
        assert fetched.content == clip.read_bytes()
        assert fetched.headers["content-type"] == "video/mp4"
        etag = service.client.head(url).headers["etag"]
        assert service.client.get(url, headers={"If-None-Match": etag}).status_code == 304
    service.store.close()
