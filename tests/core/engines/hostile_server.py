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

    ``length_lie``: added to Content-Length. ``ranges``: whether Range is honoured. ``shift``: added to where a
    part is said to start. ``etag``: None for none; on the hub, whether it tells the sha256.
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


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """Serves until the block ends; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            behaviour.requested.append(self.headers.get("Range"))
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            start = self._start()
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
            if body and behaviour.status == 200:
                self._send(part)

        def _start(self) -> int:
            wanted = self.headers.get("Range", "")
            validator = self.headers.get("If-Range", behaviour.etag)
            if not behaviour.ranges or not wanted or validator != behaviour.etag:
                return 0
            return int(wanted.removeprefix("bytes=").rstrip("-"))

        def _send(self, part: bytes) -> None:
            cut = behaviour.cuts > 0 and behaviour.cut_after is not None
            behaviour.cuts -= cut
            self.wfile.write(part[: behaviour.cut_after] if cut else part)
            self.close_connection = True

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
