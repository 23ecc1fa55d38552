"""Middleware for tus: the version header on every answer, and ``X-HTTP-Method-Override``."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liptune.api.resumable.protocol import VERSION

PREFIX = "/v1/uploads"
OVERRIDABLE = ("PATCH", "DELETE")


class SpeaksTus:
    """Says the protocol's version, and takes the method from a header where a proxy allows only POST."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return

        async def send_with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Tus-Resumable"] = VERSION
            await send(message)

        await self.app({**scope, "method": _method(scope)}, receive, send_with_version)


def _method(scope: Scope) -> str:
    meant = Headers(scope=scope).get("x-http-method-override", "").upper()
    method: str = scope["method"]
    return meant if method == "POST" and meant in OVERRIDABLE else method
