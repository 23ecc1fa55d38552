"""Middleware that keeps other sites' pages out of a service without API keys.

A browser on the service's machine reaches it whatever page it shows. Such a page must neither send it
requests (CSRF) nor, under a name that it points at this machine, read the answers (DNS rebinding).
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from liptune.api.errors import problem
from liptune.api.problems import respond
from liptune.core.settings import Settings


class OwnSite:
    """Refuses requests of foreign pages, and names that are not this machine's own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._origins = settings.cors_origins
        self._any_host = settings.allow_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._foreign(Headers(scope=scope)) if scope["type"] == "http" else None
        if reason is None:
            await self.app(scope, receive, send)
            return
        body = problem("foreign_site", reason, remedy="Set LIPTUNE_API_KEYS, or LIPTUNE_ALLOW_OPEN=1.")
        await respond(Request(scope), body)(scope, receive, send)

    def _foreign(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._any_host and not _is_here(host):
            return f"Without keys the service answers only to this machine's own names, not to {host[:64]!r}."
        if origin is None or {origin, "*"} & set(self._origins) or urlsplit(origin).netloc == host:
            return None
        return "Without keys the service takes no requests from the pages of other sites."


def _is_here(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
