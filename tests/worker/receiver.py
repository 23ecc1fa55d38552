"""Somebody who wants to be told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What has been heard, and the statuses still to be answered; 200 when there are none."""

    url: str = ""
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Receiver]:
    """An HTTP server on a free port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append((self.path, dict(self.headers), body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/told"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()
