"""Downloads one file over HTTP, resuming where an earlier try broke off, and checks its sha256."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pooch

from liptune.core.engines.checkpoints.report import Report
from liptune.core.engines.checkpoints.table import MAX_BYTES, Checkpoint, Url
from liptune.core.progress import Progress

ATTEMPTS = 5
TIMEOUT_SECONDS = 30.0


def download_url(source: Url, checkpoint: Checkpoint, folder: Path, progress: Progress) -> Path:
    """Downloads into ``folder``, going on with what an earlier try left there. Honours proxies.

    Raises:
        httpx.HTTPError: The server cannot be reached, refuses, or keeps breaking off.
        ValueError: The bytes are not those published.
    """
    pooch.get_logger().setLevel("WARNING")
    partial = folder / f"{checkpoint.file}.part"
    known = f"sha256:{checkpoint.sha256}" if checkpoint.sha256 else None
    receive = ResumableDownload(partial, checkpoint.bytes or MAX_BYTES, progress)
    return Path(
        pooch.retrieve(source.url, known_hash=known, fname=checkpoint.file, path=folder, downloader=receive)
    )


class ResumableDownload:
    """A pooch downloader that keeps a partial file between tries.

    It goes on only where the server names the same version of the file, and starts again otherwise.
    """

    def __init__(self, partial: Path, max_bytes: int, progress: Progress) -> None:
        self._partial = partial
        self._version = partial.with_name(f"{partial.name}.version")
        self._max_bytes = max_bytes
        self._report = Report(progress)

    def __call__(self, url: str, output_file: Any, _pooch: Any, check_only: bool = False) -> bool:
        """Downloads ``url``; moves it to ``output_file`` once it is whole."""
        for attempt in range(1, ATTEMPTS + 1):
            before = self._received()
            try:
                self._receive(url)
                break
            except httpx.TransportError:
                if attempt == ATTEMPTS or self._received() <= before:
                    raise
        self._version.unlink(missing_ok=True)
        shutil.move(self._partial, output_file)
        return check_only

    def _received(self) -> int:
        return self._partial.stat().st_size if self._partial.exists() else 0

    def _receive(self, url: str) -> None:
        with _get(url, self._resume_headers()) as response:
            response.raise_for_status()
            start = self._start(response)
            total = start + int(response.headers.get("Content-Length", 0))
            self._version.write_text(_version_of(response))
            with self._partial.open("r+b" if start else "wb") as file:
                file.seek(start)
                file.truncate()
                for chunk in response.iter_raw():
                    file.write(chunk)
                    self._check_size(file.tell())
                    self._report(file.tell(), total)

    def _resume_headers(self) -> dict[str, str]:
        version = self._version.read_text() if self._version.exists() else ""
        if not version or not self._received():
            return {}
        return {"Range": f"bytes={self._received()}-", "If-Range": version}

    def _start(self, response: httpx.Response) -> int:
        """Where in the file the body belongs; a server may send the whole file all the same."""
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            return 0
        unit, _, span = response.headers.get("Content-Range", "").partition(" ")
        if unit != "bytes" or span.split("-")[0] != str(self._received()):
            self._partial.unlink()
            raise httpx.RemoteProtocolError("The server sent another part of the file than was asked for")
        return self._received()

    def _check_size(self, received: int) -> None:
        if received > self._max_bytes:
            self._partial.unlink()
            raise httpx.RemoteProtocolError(f"The server sends more than {self._max_bytes} bytes")


@contextmanager
def _get(url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    identity = {"Accept-Encoding": "identity", **headers}
    with httpx.stream(
        "GET", url, headers=identity, follow_redirects=True, timeout=TIMEOUT_SECONDS
    ) as response:
        yield response


def _version_of(response: httpx.Response) -> str:
    """A validator for ``If-Range``: a strong ETag, else the time of the last change, else nothing."""
    etag: str = response.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return etag
    return str(response.headers.get("Last-Modified", ""))
