import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.api.checks import problem_of
from tests.api.conftest import Service
from tests.media_factory import ffmpeg


def post(service: Service, content: bytes, media_type: str = "video/mp4") -> Any:
    return service.client.post("/v1/media", content=content, headers={"Content-Type": media_type})


def test_a_raw_upload_becomes_media(service: Service, clips: Path) -> None:
    content = (clips / "talking.mp4").read_bytes()
    answer = post(service, content)
    assert answer.status_code == 201
    media = answer.json()
    assert answer.headers["location"] == f"/v1/media/{media['id']}"
    assert media["sha256"] == hashlib.sha256(content).hexdigest()
    assert media["bytes"] == len(content)
    assert media["video"] == {
        "codec": "h264", "width": 128, "height": 64, "fps": "25/1", "rotation": 0, "frames": 25,
    }  # fmt: skip
    assert (media["audio"]["codec"], media["audio"]["sample_rate"]) == ("aac", 48_000)
    assert abs(media["duration_seconds"] - 1.0) < 0.1
    assert service.client.get(f"/v1/media/{media['id']}").json() == media


def test_a_form_upload_is_the_same(service: Service, clips: Path) -> None:
    raw = service.upload(clips / "talking.mp4")
    file = ("talk.mp4", (clips / "talking.mp4").read_bytes(), "video/mp4")
    answer = service.client.post("/v1/media", files={"file": file})
    assert answer.status_code == 200
    assert answer.json()["id"] == raw["id"]
    assert len(service.stored_files()) == 1


def test_sound_alone_is_media_too(service: Service, clips: Path) -> None:
    media = service.upload(clips / "sound.wav", "audio/wav")
    assert media["video"] is None
    assert media["audio"]["codec"].startswith("pcm")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a b.mp4", "a b.mp4"),
        ("../../etc/passwd", "passwd"),
        ("..", None),
        ("-i.mp4", "-i.mp4"),
        ("C:\\clips\\x.mp4", "x.mp4"),
        ("it's.mp4", "it's.mp4"),
        ("видео.mp4", "видео.mp4"),
        ("x" * 400, "x" * 200),
    ],
)
def test_a_hostile_name_is_only_ever_shown(
    service: Service, clips: Path, given: str, shown: str | None
) -> None:
    file = (given, (clips / "talking.mp4").read_bytes(), "video/mp4")
    media = service.client.post("/v1/media", files={"file": file}).json()
    assert media["filename"] == shown
    assert [path.name for path in service.stored_files()] == [media["id"]]


def test_a_name_with_quotes_and_newlines(service: Service, clips: Path) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\\"b\tc\x01\xc2\x85d.mp4"\r\n'
    body = head + b"Content-Type: video/mp4\r\n\r\n" + (clips / "talking.mp4").read_bytes() + b"\r\n--b--\r\n"
    answer = post(service, body, "multipart/form-data; boundary=b")
    assert answer.status_code == 201
    assert answer.json()["filename"] == 'a"b c d.mp4'


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "image/png", "video", ""])
def test_a_wrong_content_type(service: Service, clips: Path, media_type: str) -> None:
    content = (clips / "talking.mp4").read_bytes()
    problem_of(post(service, content, media_type), 415, "unsupported_media_type")
    assert service.stored_files() == []


def test_a_wrong_content_type_of_a_part(service: Service, clips: Path) -> None:
    file = ("a.mp4", (clips / "talking.mp4").read_bytes(), "text/html")
    answer = service.client.post("/v1/media", files={"file": file})
    problem_of(answer, 415, "unsupported_media_type")


def playlist(target: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just some text, whatever its name",
        bytes(range(256)) * 64,
        playlist("file:///etc/passwd"),
        playlist("http://127.0.0.1:9/x.ts"),
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
    ids=["empty", "text", "random", "playlist of a file", "playlist of the network", "concat script"],
)
def test_what_is_not_media(service: Service, content: bytes) -> None:
    answer = post(service, content)
    problem_of(answer, 422, "media_unreadable")
    assert str(service.settings.data) not in answer.text
    assert service.stored_files() == []


def test_half_a_file(service: Service, clips: Path) -> None:
    content = (clips / "talking.mp4").read_bytes()
    problem_of(post(service, content[: len(content) // 2]), 422, "media_unreadable")
    assert service.stored_files() == []


@pytest.mark.parametrize(
    ("limit", "status", "code"),
    [
        ({"max_side": 100}, 413, "media_too_large"),
        ({"max_fps": 20}, 413, "media_too_large"),
        ({"max_seconds": 0.5}, 422, "media_too_long"),
    ],
)
def test_the_settings_limit_what_is_taken(
    tmp_path: Path, clips: Path, limit: dict[str, float], status: int, code: str
) -> None:
    limited = Service(tmp_path, **limit)
    with limited.client:
        problem_of(post(limited, (clips / "talking.mp4").read_bytes()), status, code)
        assert limited.stored_files() == []
    limited.store.close()


def test_too_many_bytes_declared_or_not(strict: Service) -> None:
    headers = {"Authorization": "Bearer first", "Content-Type": "video/mp4"}
    declared = strict.client.post("/v1/media", content=b"x" * 200_001, headers=headers)
    problem_of(declared, 413, "media_too_large")
    chunked = strict.client.post("/v1/media", content=iter([b"x" * 100_000] * 3), headers=headers)
    problem_of(chunked, 413, "media_too_large")
    form = strict.client.post(
        "/v1/media",
        files={"file": ("a.mp4", b"x" * 200_001, "video/mp4")},
        headers={"Authorization": "Bearer first"},
    )
    problem_of(form, 413, "media_too_large")
    assert strict.stored_files() == []


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"--b\r\n\r\nx\r\n--b--\r\n", "invalid_request", 422),
        (b"no boundary here", "invalid_request", 422),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n', "invalid_request", 422),
        (b'--b\r\nContent-Disposition: form-data; name="odd"\r\n\r\nx\r\n--b--\r\n', "invalid_request", 422),
        (b"--b--\r\n", "invalid_request", 422),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
            b"Content-Type: video/mp4\r\n\r\nhalf",
            "upload_incomplete",
            400,
        ),
    ],
    ids=["no name", "no boundary", "not a file", "unknown part", "no part", "cut off"],
)
def test_a_broken_form(service: Service, body: bytes, code: str, status: int) -> None:
    problem_of(post(service, body, "multipart/form-data; boundary=b"), status, code)
    assert service.stored_files() == []


def test_a_form_without_a_boundary(service: Service) -> None:
    problem_of(post(service, b"x", "multipart/form-data"), 422, "invalid_request")


def test_unknown_media(service: Service) -> None:
    for path in ("/v1/media/none", "/v1/media/none/content"):
        problem_of(service.client.get(path), 404, "not_found")
    problem_of(service.client.delete("/v1/media/none"), 404, "not_found")


def test_the_content_comes_back(service: Service, clips: Path) -> None:
    media = service.upload(clips / "talking.mp4")
    answer = service.client.get(f"/v1/media/{media['id']}/content", headers={"Range": "bytes=10-19"})
    assert answer.status_code == 206
    assert answer.content == (clips / "talking.mp4").read_bytes()[10:20]
    assert answer.headers["content-type"] == "video/mp4"


def test_media_in_use_cannot_be_deleted(service: Service, clips: Path) -> None:
    media = service.upload(clips / "talking.mp4")
    job = service.submit(media["id"])
    problem_of(service.client.delete(f"/v1/media/{media['id']}"), 409, "media_in_use")
    service.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert service.client.delete(f"/v1/media/{media['id']}").status_code == 204
    assert service.stored_files() == []
    problem_of(service.client.get(f"/v1/media/{media['id']}"), 404, "not_found")
    assert service.client.get(f"/v1/jobs/{job['id']}").json()["video"] is None


def test_the_audio_streams_are_told_with_their_levels(service: Service, clips: Path, tmp_path: Path) -> None:
    tracks = tmp_path / "tracks.mkv"
    ffmpeg(
        "-i", clips / "talking.mp4", "-f", "lavfi", "-i", "sine=f=1000:r=48000:d=1",
        "-f", "lavfi", "-i", "anullsrc=r=48000:cl=5.1:d=1", "-map", "0:v", "-map", "1:a", "-map", "2:a",
        "-c:v", "copy", "-c:a", "flac", "-metadata:s:a:0", "language=deu", "-metadata:s:a:0", "title=Ton <1>",
        tracks,
    )  # fmt: skip
    tone, silence = service.upload(tracks)["audio_streams"]
    assert (tone["stream"], tone["language"], tone["title"], tone["layout"]) == (1, "deu", "Ton <1>", "mono")
    assert tone["levels_dbfs"] == pytest.approx([-21.1] * len(tone["levels_dbfs"]), abs=0.3)
    assert (silence["stream"], silence["channels"]) == (2, 6)
    assert silence["channel_levels_dbfs"] == [-100.0] * 6
    (only,) = service.upload(clips / "talking.mp4")["audio_streams"]
    assert (only["stream"], only["levels_dbfs"]) == (1, None)


def test_two_tracks_of_one_channel_are_told_with_theirs(
    service: Service, clips: Path, tmp_path: Path
) -> None:
    tracks = tmp_path / "tracks.mkv"
    ffmpeg(
        "-i", clips / "talking.mp4", "-f", "lavfi", "-i", "sine=f=1000:r=48000:d=1",
        "-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=1", "-map", "0:v", "-map", "1:a", "-map", "2:a",
        "-c:v", "copy", "-c:a", "flac", tracks,
    )  # fmt: skip
    tone, silence = service.upload(tracks)["audio_streams"]
    assert tone["channel_levels_dbfs"] == pytest.approx([-21.1], abs=0.3)
    assert silence["channel_levels_dbfs"] == [-100.0]
