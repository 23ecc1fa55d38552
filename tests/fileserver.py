"""A web server with files, which can break off, stall, refuse and lead elsewhere."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What is served, and how. ``asked``: the path and headers of every request.

    ``break_after``: bytes of the body after which the connection closes, one request each. ``statuses``:
    answered instead, one request each. ``moved``: redirects by path. ``ranges``: Range is honoured.
    ``tag``: the ETag. ``seconds_a_chunk``: how slowly the body comes.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    break_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    tag: str = '"one"'
    with_length: bool = True
    seconds_a_chunk: float = 0.0
    closing: threading.Event = field(default_factory=threading.Event)


CHUNK = 4096


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[FileServer]:  # noqa: C901 - the handler knows its server
    """Serves the files, by their paths, on a free port of this machine."""
    server = FileServer(files=files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            server.asked.append((self.path, dict(self.headers)))
            if server.statuses:
                self._bare(server.statuses.pop(0))
            elif path in server.moved:
                self._bare(302, {"Location": server.moved[path]})
            elif path not in server.files:
                self._bare(404)
            else:
                self._send(server.files[path])

        def _bare(self, status: int, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()

        def _send(self, content: bytes) -> None:
            start = self._start()
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if server.with_length:
                self.send_header("Content-Length", str(len(content) - start))
            for name, value in ({"ETag": server.tag} | server.headers).items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            end = server.break_after.pop(0) if server.break_after else len(content)
            self._write(content[start : min(len(content), start + end)])

        def _start(self) -> int:
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            same = self.headers.get("If-Range", server.tag) == server.tag
            return int(asked[1]) if asked and server.ranges and same else 0

        def _write(self, body: bytes) -> None:
            try:
                for at in range(0, len(body), CHUNK):
                    self.wfile.write(body[at : at + CHUNK])
                    if server.closing.wait(server.seconds_a_chunk):
                        return
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()
