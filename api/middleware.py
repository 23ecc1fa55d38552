"""Middleware that gives every request an id, logs it in one line, and times it for the metrics."""

import re
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liptune.api.metrics import observe
from liptune.core.store.ids import new_id

ACCEPTABLE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}\Z")

log = structlog.get_logger(__name__)


class RequestIds:
    """Keeps the caller's ``X-Request-ID`` or makes one; it is in the logs and in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status, started, answered = 500, perf_counter(), None

        async def send_with_id(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], perf_counter()
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                ended = perf_counter()
                observe(scope, status, (answered or ended) - started)
                milliseconds = round((ended - started) * 1000, 1)
                log.info(
                    "request", method=scope["method"], path=scope["path"], status=status, ms=milliseconds
                )


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and ACCEPTABLE_ID.match(value):
            return bytes(value).decode()
    return new_id()
