"""Fetching a file, against a real server that misbehaves."""

import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from liptune.core.errors import Canceled, MediaTooLarge, TimedOut, UrlRefused, UrlUnreachable
from liptune.core.internet import download as downloading
from liptune.core.internet.download import Download, Downloaded, Limits, check_url, shown_url
from liptune.core.store.blobs.local import LocalBlobs, LocalWriter
from tests.fileserver import FileServer, serving

CONTENT = bytes(range(256)) * 2000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving({"/a clip.mp4".replace(" ", "%20"): CONTENT, "/clip.mp4": CONTENT}) as serving_:
        yield serving_


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "PAUSES_SECONDS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(downloading, "POLL_SECONDS", 0.0)


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs.open(tmp_path / "files")


def fetch(
    blobs: LocalBlobs, url: str, *, most: int = 10**9, seconds: float = 60.0, internal: bool = True
) -> Downloaded[LocalWriter]:
    done = Download(
        url, blobs.create, Limits(most, seconds), allow_internal=internal, heartbeat=lambda _: None
    ).run()
    done.writer.discard()
    return done


def left_behind(blobs: LocalBlobs, folder: Path) -> list[Path]:
    blobs.sweep(timedelta(0))
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_arrives_whole_with_its_name_and_type(server: FileServer, blobs: LocalBlobs) -> None:
    server.headers |= {
        "Content-Type": "video/mp4",
        "Content-Disposition": 'attachment; filename="Reel 7.mp4"',
    }
    done = fetch(blobs, f"{server.url}/clip.mp4?X-Signature=secret")
    assert (done.writer.sha256(), done.filename, done.media_type) == (DIGEST, "Reel 7.mp4", "video/mp4")
    ((path, headers),) = server.asked
    assert path == "/clip.mp4?X-Signature=secret"
    assert headers["Accept-Encoding"] == "identity"


def test_without_a_name_the_end_of_the_url_is_one(server: FileServer, blobs: LocalBlobs) -> None:
    assert fetch(blobs, f"{server.url}/a%20clip.mp4").filename == "a clip.mp4"


def test_a_broken_transfer_goes_on_where_it_was(server: FileServer, blobs: LocalBlobs) -> None:
    server.break_after += [100_000, 50_000, 0]
    assert fetch(blobs, f"{server.url}/clip.mp4").writer.sha256() == DIGEST
    ranges = [headers.get("Range") for _, headers in server.asked]
    assert ranges == [None, "bytes=100000-", "bytes=150000-", "bytes=150000-"]
    assert {headers.get("If-Range") for _, headers in server.asked[1:]} == {'"one"'}


def test_a_server_without_ranges_is_asked_from_the_start(server: FileServer, blobs: LocalBlobs) -> None:
    server.ranges = False
    server.break_after += [100_000, 50_000]
    assert fetch(blobs, f"{server.url}/clip.mp4").writer.sha256() == DIGEST


def test_a_file_that_has_changed_is_fetched_anew(server: FileServer, blobs: LocalBlobs) -> None:
    server.break_after.append(100_000)
    answers = iter(['"one"', '"two"', '"two"'])
    other = CONTENT[::-1]

    class Changing(dict[str, bytes]):
        def __getitem__(self, _path: str) -> bytes:
            server.tag = next(answers)
            return CONTENT if server.tag == '"one"' else other

    server.files = Changing(server.files)
    done = fetch(blobs, f"{server.url}/clip.mp4")
    assert done.writer.sha256() == hashlib.sha256(other).hexdigest()


def test_a_weak_tag_does_not_join_two_files(server: FileServer, blobs: LocalBlobs) -> None:
    server.tag = 'W/"one"'
    server.break_after.append(100_000)
    assert fetch(blobs, f"{server.url}/clip.mp4").writer.sha256() == DIGEST
    assert all("Range" not in headers for _, headers in server.asked)


def test_a_busy_server_is_asked_again(server: FileServer, blobs: LocalBlobs) -> None:
    server.statuses += [503, 429]
    assert fetch(blobs, f"{server.url}/clip.mp4").writer.sha256() == DIGEST


@pytest.mark.parametrize(("statuses", "told"), [([503] * 9, 503), ([403], 403), ([410], 410), ([204], 204)])
def test_a_server_that_says_no(
    server: FileServer, blobs: LocalBlobs, tmp_path: Path, statuses: list[int], told: int
) -> None:
    server.statuses += statuses
    with pytest.raises(UrlUnreachable) as caught:
        fetch(blobs, f"{server.url}/clip.mp4")
    assert caught.value.details["status"] == told
    assert len(server.asked) == (4 if told == 503 else 1)
    assert left_behind(blobs, tmp_path) == []


def test_nobody_answers(blobs: LocalBlobs) -> None:
    with serving({}) as gone:
        url = gone.url
    with pytest.raises(UrlUnreachable, match="does not answer"):
        fetch(blobs, f"{url}/clip.mp4")


def test_a_transfer_that_always_breaks_is_given_up(server: FileServer, blobs: LocalBlobs) -> None:
    server.break_after += [1000, *[0] * 9]
    with pytest.raises(UrlUnreachable, match="broke off"):
        fetch(blobs, f"{server.url}/clip.mp4")


@pytest.mark.parametrize("announced", [True, False])
def test_too_large_a_file_is_refused(
    server: FileServer, blobs: LocalBlobs, tmp_path: Path, *, announced: bool
) -> None:
    server.with_length = announced
    with pytest.raises(MediaTooLarge):
        fetch(blobs, f"{server.url}/clip.mp4", most=len(CONTENT) - 1)
    assert left_behind(blobs, tmp_path) == []
    server.with_length = announced
    assert fetch(blobs, f"{server.url}/clip.mp4", most=len(CONTENT)).writer.size == len(CONTENT)


def test_a_dribbling_server_runs_out_of_time(server: FileServer, blobs: LocalBlobs) -> None:
    server.seconds_a_chunk = 0.1
    with pytest.raises(TimedOut):
        fetch(blobs, f"{server.url}/clip.mp4", seconds=0.5)


def test_whoever_is_told_of_the_progress_may_stop_it(server: FileServer, blobs: LocalBlobs) -> None:
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        if share > 0.3:
            raise Canceled("enough")

    with pytest.raises(Canceled):
        Download(
            f"{server.url}/clip.mp4", blobs.create, Limits(10**9, 60.0), allow_internal=True, heartbeat=stop
        ).run()
    assert told == sorted(told)
    assert 0.3 < told[-1] < 1


def test_redirects_are_followed(server: FileServer, blobs: LocalBlobs) -> None:
    server.moved |= {"/here": "/there", "/there": f"{server.url}/clip.mp4"}
    done = fetch(blobs, f"{server.url}/here")
    assert (done.writer.sha256(), done.filename) == (DIGEST, "clip.mp4")


@pytest.mark.parametrize(
    "target",
    ["/here", "ftp://example.com/clip.mp4", "http://user:pass@example.com/clip.mp4", "file:///etc/passwd"],
)
def test_redirects_do_not_lead_anywhere(server: FileServer, blobs: LocalBlobs, target: str) -> None:
    server.moved["/here"] = target
    with pytest.raises(UrlRefused):
        fetch(blobs, f"{server.url}/here")


def test_internal_addresses_are_not_called(server: FileServer, blobs: LocalBlobs) -> None:
    port = server.url.rpartition(":")[2]
    for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
        with pytest.raises(UrlRefused, match="internal address"):
            fetch(blobs, f"http://{host}:{port}/clip.mp4", internal=False)
    assert server.asked == []


def test_a_redirect_to_an_internal_address_is_not_followed(
    server: FileServer, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first address is let pass, as if it were on the internet; the one it leads to is not."""
    public = {"127.0.0.1"}
    monkeypatch.setattr("liptune.core.internet.network.is_public", lambda address: address in public)
    server.moved["/here"] = server.url.replace("127.0.0.1", "127.0.0.2") + "/clip.mp4"
    with pytest.raises(UrlRefused, match="internal address"):
        fetch(blobs, f"{server.url}/here", internal=False)
    assert len(server.asked) == 1


NAMES = {"front.example.com": "127.0.0.1", "inside.example.com": "127.0.0.2"}


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names; the address of the first is let pass, as if it were on the internet."""
    network = "liptune.core.internet.network"
    monkeypatch.setattr(f"{network}._look_up", lambda host, _port: [NAMES[host]])
    monkeypatch.setattr(f"{network}.is_public", lambda address: address == "127.0.0.1")


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("hops", [1, 2, 5])
def test_each_redirect_is_looked_at(server: FileServer, blobs: LocalBlobs, tmp_path: Path, hops: int) -> None:
    front = server.url.replace("127.0.0.1", "front.example.com")
    inside = server.url.replace("127.0.0.1", "inside.example.com")
    server.moved |= {f"/{hop}": f"{front}/{hop + 1}" for hop in range(hops - 1)}
    server.moved[f"/{hops - 1}"] = f"{front}/clip.mp4"
    assert fetch(blobs, f"{front}/0", internal=False).writer.sha256() == DIGEST
    server.moved[f"/{hops - 1}"] = f"{inside}/clip.mp4"
    server.asked.clear()
    with pytest.raises(UrlRefused, match="internal address"):
        fetch(blobs, f"{front}/0", internal=False)
    assert [path for path, _ in server.asked] == [f"/{hop}" for hop in range(hops)]
    assert left_behind(blobs, tmp_path) == []


def test_redirects_without_end_are_refused(server: FileServer, blobs: LocalBlobs, tmp_path: Path) -> None:
    server.moved |= {f"/{hop}": f"/{hop + 1}" for hop in range(20)}
    with pytest.raises(UrlRefused, match="redirects"):
        fetch(blobs, f"{server.url}/0")
    assert left_behind(blobs, tmp_path) == []


def test_no_more_is_taken_than_is_announced(server: FileServer, blobs: LocalBlobs) -> None:
    server.with_length, server.headers["Content-Length"] = False, "1000"
    assert (
        fetch(blobs, f"{server.url}/clip.mp4").writer.sha256() == hashlib.sha256(CONTENT[:1000]).hexdigest()
    )


@pytest.mark.parametrize("length", [str(len(CONTENT) + 10), "-1", "many"])
def test_less_than_is_announced_is_no_file(
    server: FileServer, blobs: LocalBlobs, tmp_path: Path, length: str
) -> None:
    server.with_length, server.headers["Content-Length"] = False, length
    with pytest.raises(UrlUnreachable):
        fetch(blobs, f"{server.url}/clip.mp4")
    assert left_behind(blobs, tmp_path) == []


@pytest.mark.parametrize(
    "dripped", [b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1000, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 99]
)
def test_an_answer_that_never_begins_runs_out_of_time(
    blobs: LocalBlobs, tmp_path: Path, dripped: bytes
) -> None:
    with dripping(dripped) as url, pytest.raises(TimedOut):
        fetch(blobs, f"{url}/clip.mp4", seconds=0.3)
    assert left_behind(blobs, tmp_path) == []


@contextmanager
def dripping(content: bytes) -> Iterator[str]:
    """A server that answers with so much, a few bytes at a time."""
    closing = Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            for at in range(0, len(content), 16):
                connection.sendall(content[at : at + 16])
                if closing.wait(0.05):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        closing.set()
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "", "clip.mp4", "ftp://example.com/a", "file:///etc/passwd", "http:///a", "https://user@example.com/a",
        "http://127.0.0.1/a", "http://[::1]/a", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/",
        "http://localhost/a", "https://example.com/" + "a" * 2048, "http://[::ffff:10.0.0.1]/a",
    ],
)  # fmt: skip
def test_urls_that_are_refused_at_once(url: str) -> None:
    with pytest.raises(UrlRefused):
        check_url(url, allow_internal=False)


def test_a_url_is_shown_without_its_query() -> None:
    url = "https://bucket.example.com/clips/a%20b.mp4?X-Amz-Signature=0123"
    assert check_url(url, allow_internal=False) == url
    assert shown_url(url) == "https://bucket.example.com/clips/a%20b.mp4"
