import base64
import hashlib
import socket
import threading
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tusclient.client import TusClient

from liptune.api.uploads.receive import Upload
from liptune.core.store.database.models import ResumableUpload
from liptune.core.store.ids import now
from tests.api.checks import problem_of
from tests.api.conftest import Service

TUS = {"Tus-Resumable": "1.0.0"}
PART = TUS | {"Content-Type": "application/offset+octet-stream"}


def encoded(value: str | bytes) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def begin(service: Service, length: int, **headers: str) -> str:
    answer = service.client.post("/v1/uploads", headers=TUS | {"Upload-Length": str(length)} | headers)
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["location"]
    return location


def append(service: Service, url: str, offset: int, content: bytes, **headers: str) -> Any:
    return service.client.patch(url, content=content, headers=PART | {"Upload-Offset": str(offset)} | headers)


def offset_of(service: Service, url: str) -> int:
    answer = service.client.head(url, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


@pytest.fixture
def content(clips: Path) -> bytes:
    return (clips / "talking.mp4").read_bytes()


def test_parts_become_media(service: Service, content: bytes) -> None:
    described = f"filename {encoded('a/talk.mp4')},filetype {encoded('video/mp4')}"
    url = begin(service, len(content), **{"Upload-Metadata": described})
    third = len(content) // 3
    for start in (0, third, 2 * third):
        assert offset_of(service, url) == start
        end = len(content) if start == 2 * third else start + third
        answer = append(service, url, start, content[start:end])
        assert (answer.status_code, int(answer.headers["upload-offset"])) == (204, end)
    media = service.client.get(answer.headers["content-location"]).json()
    assert media["sha256"] == hashlib.sha256(content).hexdigest()
    assert media["filename"] == "talk.mp4"
    assert service.client.get(f"/v1/media/{media['id']}/content").content == content
    whole = service.client.head(url, headers=TUS)
    assert whole.headers["upload-metadata"] == described
    assert whole.headers["content-location"] == f"/v1/media/{media['id']}"
    assert service.client.get(url).json()["media"] == media["id"]
    assert len(service.stored_files()) == 1


def test_a_client_of_somebody_elses_uploads(address: str, service: Service, clips: Path) -> None:
    path = clips / "talking.mp4"
    client = TusClient(f"{address}/v1/uploads")
    with path.open("rb") as file:
        uploader = client.uploader(file_stream=file, chunk_size=1000, upload_checksum=True)
        uploader.upload()
    assert uploader.url is not None
    assert path.stat().st_size > 2 * 1000
    upload = service.client.get(urlsplit(uploader.url).path).json()
    media = service.client.get(f"/v1/media/{upload['media']}").json()
    assert media["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_arrived_before_the_line_broke_is_kept(
    address: str, service: Service, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, add = threading.Event(), Upload.add

    async def add_and_tell(upload: Upload, chunk: bytes) -> None:
        await add(upload, chunk)
        arrived.set()

    monkeypatch.setattr(Upload, "add", add_and_tell)
    url = begin(service, len(content))
    head = (
        f"PATCH {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\nUpload-Offset: 0\r\n"
    )
    head += "".join(f"{name}: {value}\r\n" for name, value in PART.items())
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port or 0)) as connection:
        connection.sendall(head.encode() + b"\r\n" + content[:1500])
        assert arrived.wait(30)
    deadline = time.monotonic() + 30
    while offset_of(service, url) != 1500:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert append(service, url, 1500, content[1500:]).headers["content-location"]


def test_a_long_part_is_safe_bit_by_bit(
    address: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liptune.api.resumable.incoming.PART_BYTES", 100_000)
    monkeypatch.setattr("liptune.api.uploads.receive.BUFFER_BYTES", 10_000)
    url, headers = begin(service, 600_000), PART | {"Upload-Offset": "0"}
    too_much = (b"x" * 10_000 for _ in range(61))
    problem_of(httpx.patch(address + url, content=too_much, headers=headers), 413, "media_too_large")
    assert 300_000 < offset_of(service, url) < 600_000


def test_an_empty_part_changes_nothing(service: Service, content: bytes) -> None:
    url = begin(service, len(content))
    for _ in range(2):
        assert append(service, url, 0, b"").headers["upload-offset"] == "0"
    assert append(service, url, 0, content).headers["content-location"]
    assert append(service, url, len(content), b"").headers["content-location"]


def test_a_part_goes_where_the_last_one_ended(service: Service, content: bytes) -> None:
    url = begin(service, len(content))
    append(service, url, 0, content[:100])
    for offset in (0, 99, 101, len(content)):
        answer = append(service, url, offset, content[offset : offset + 50])
        assert problem_of(answer, 409, "offset_conflict")["details"] == {"offset": 100}
    assert offset_of(service, url) == 100


def test_more_than_was_announced(service: Service, content: bytes) -> None:
    url = begin(service, 1000)
    problem_of(append(service, url, 0, content[:1001]), 413, "media_too_large")
    assert offset_of(service, url) == 0
    assert service.stored_files() == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_a_part_is_what_its_checksum_says(service: Service, content: bytes, algorithm: str) -> None:
    url = begin(service, len(content))
    digest = encoded(hashlib.new(algorithm, content[:100]).digest())
    wrong = append(service, url, 0, content[1:101], **{"Upload-Checksum": f"{algorithm} {digest}"})
    problem_of(wrong, 460, "checksum_mismatch")
    assert offset_of(service, url) == 0
    right = append(service, url, 0, content[:100], **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert right.headers["upload-offset"] == "100"


@pytest.mark.parametrize("checksum", ["", "md5 AAAA", "sha1", "sha1 ?", "crc32 AAAA", "sha1 AAAA"])
def test_a_checksum_that_is_none(service: Service, content: bytes, checksum: str) -> None:
    url = begin(service, len(content))
    answer = append(service, url, 0, content[:100], **{"Upload-Checksum": checksum})
    known = checksum in {"sha1", "sha1 AAAA"}
    problem_of(answer, 460 if known else 400, "checksum_mismatch" if known else "unsupported_checksum")


def test_what_is_no_media_is_refused_at_its_end(service: Service) -> None:
    url = begin(service, 200)
    assert append(service, url, 0, b"x" * 100).status_code == 204
    problem_of(append(service, url, 100, b"x" * 100), 422, "media_unreadable")
    problem_of(service.client.get(url), 404, "not_found")
    assert service.stored_files() == []


def test_an_upload_may_be_given_up(service: Service, content: bytes) -> None:
    url = begin(service, len(content))
    append(service, url, 0, content[:100])
    assert service.client.delete(url, headers=TUS).status_code == 204
    problem_of(append(service, url, 100, content[100:]), 404, "not_found")
    assert service.stored_files() == []


def test_a_proxy_that_allows_only_post(service: Service, content: bytes) -> None:
    url = begin(service, len(content))
    headers = PART | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert service.client.post(url, content=content, headers=headers).status_code == 204


def test_an_upload_says_when_it_is_forgotten(service: Service, content: bytes) -> None:
    url = begin(service, len(content))
    told = service.client.head(url, headers=TUS).headers["upload-expires"]
    left = parsedate_to_datetime(told) - now()
    assert abs(left - service.settings.upload_retention).total_seconds() < 60
    with service.store.database.writing() as session:
        session.get_one(ResumableUpload, url.rpartition("/")[2]).expires_at = now()
    problem_of(append(service, url, 0, content), 404, "not_found")


def test_what_the_service_can_do(strict: Service) -> None:
    headers = strict.client.options("/v1/uploads").headers
    assert headers["tus-resumable"] == headers["tus-version"] == "1.0.0"
    assert set(headers["tus-extension"].split(",")) == {"creation", "expiration", "checksum", "termination"}
    assert headers["tus-max-size"] == "200000"
    assert "sha1" in headers["tus-checksum-algorithm"].split(",")


@pytest.mark.parametrize("version", [{}, {"Tus-Resumable": "0.2.2"}])
def test_another_version_is_refused(service: Service, version: dict[str, str]) -> None:
    answer = service.client.post("/v1/uploads", headers=version | {"Upload-Length": "5"})
    problem_of(answer, 412, "unsupported_tus_version")
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"


@pytest.mark.parametrize("length", ["-1", "x", str(2**63)])
def test_a_length_that_is_none(service: Service, length: str) -> None:
    answer = service.client.post("/v1/uploads", headers=TUS | {"Upload-Length": length})
    problem_of(answer, 422, "invalid_request")


def test_an_empty_file(service: Service) -> None:
    answer = service.client.post("/v1/uploads", headers=TUS | {"Upload-Length": "0"})
    problem_of(answer, 422, "media_unreadable")


@pytest.mark.parametrize(
    ("described", "status", "code"),
    [
        ("filename ?", 422, "invalid_request"),
        ("filename /w==", 422, "invalid_request"),
        ("x " + "A" * 8192, 422, "invalid_request"),
        (f"filetype {encoded('text/plain')}", 415, "unsupported_media_type"),
    ],
)
def test_a_description_that_is_none(service: Service, described: str, status: int, code: str) -> None:
    headers = TUS | {"Upload-Length": "5", "Upload-Metadata": described}
    problem_of(service.client.post("/v1/uploads", headers=headers), status, code)


def test_a_part_of_another_type(service: Service) -> None:
    url = begin(service, 5)
    answer = append(service, url, 0, b"x", **{"Content-Type": "application/octet-stream"})
    problem_of(answer, 415, "unsupported_media_type")


def test_limits_and_owners(strict: Service) -> None:
    first, second = ({"Authorization": f"Bearer {key}"} for key in ("first", "second"))
    long = strict.client.post("/v1/uploads", headers=TUS | first | {"Upload-Length": "200001"})
    problem_of(long, 413, "media_too_large")
    problem_of(strict.client.post("/v1/uploads", headers=TUS | {"Upload-Length": "5"}), 401, "unauthorized")
    url = begin(strict, 5, **first)
    problem_of(strict.client.get(url, headers=second), 404, "not_found")
    problem_of(append(strict, url, 0, b"x", **second), 404, "not_found")
    problem_of(strict.client.delete(url, headers=TUS | second), 404, "not_found")
