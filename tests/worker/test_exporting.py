"""Traces arrive where the standard variables say."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROGRAM = """
from liptune.core.tracing import begin, configure_tracing, continued, flush_traces
configure_tracing("liptune-worker")
with continued("job measure", None, {"liptune.job": "the-job"}):
    begin("analyse").end()
flush_traces()
"""


def test_spans_are_sent_to_the_collector() -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        there = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}"}
        there |= {"OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        subprocess.run([sys.executable, "-c", PROGRAM], env=os.environ | there, check=True, timeout=60)
        server.shutdown()
    assert {path for path, _ in received} == {"/v1/traces"}
    sent = b"".join(body for _, body in received)
    for name in (b"job measure", b"analyse", b"the-job", b"liptune-worker"):
        assert name in sent
