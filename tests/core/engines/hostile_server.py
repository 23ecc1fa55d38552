"""A web server on the loopback that serves one file, as badly as it is told to."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Behaviour:
    """``cut_after``: bytes after which each of the first ``cuts`` answers breaks off.

    ``length_lie``: added to Content-Length. ``ranges``: whether Range is honoured. ``shift``: added to where
    a part is said to start. ``etag``: None for none; the hub puts the sha256 there.
    """

    content: bytes
    cut_after: int | None = None
    cuts: int = 0
    length_lie: int = 0
    ranges: bool = True
    shift: int = 0
    etag: str | None = '"one"'
    status: int = 200
    requested: list[str | None] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behaviour: Behaviour

    def do_HEAD(self) -> None:
        self._head()

    def do_GET(self) -> None:
        self.behaviour.requested.append(self.headers.get("Range"))
        part = self._head()
        if self.behaviour.status == 200:
            self._send(part)

    def _head(self) -> bytes:
        behaviour, start = self.behaviour, self._start()
        part = behaviour.content[start:]
        self.send_response(206 if start and behaviour.status == 200 else behaviour.status)
        if start:
            total = len(behaviour.content)
            self.send_header("Content-Range", f"bytes {start + behaviour.shift}-{total - 1}/{total}")
        if behaviour.etag:
            self.send_header("ETag", behaviour.etag)
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", str(len(part) + behaviour.length_lie))
        self.end_headers()
        return part

    def _start(self) -> int:
        wanted = self.headers.get("Range", "")
        validator = self.headers.get("If-Range", self.behaviour.etag)
        if not self.behaviour.ranges or not wanted or validator != self.behaviour.etag:
            return 0
        return int(wanted.removeprefix("bytes=").rstrip("-"))

    def _send(self, part: bytes) -> None:
        cut = self.behaviour.cuts > 0
        self.behaviour.cuts -= cut
        self.wfile.write(part[: self.behaviour.cut_after] if cut else part)
        self.close_connection = True

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """Serves until the block ends; yields the address."""
    handler = type("BoundHandler", (Handler,), {"behaviour": behaviour})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
