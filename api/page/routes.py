"""``GET /``: serves the web page and its files out of package data."""

from collections.abc import MutableMapping
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from liptune.api.services import ServicesDep
from liptune.core.settings import Settings

AMAZON = "https://*.amazonaws.com"
HEADERS = {
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
@router.head("/", response_class=HTMLResponse)
def page(services: ServicesDep) -> HTMLResponse:
    """The page's one document."""
    policy = {"Content-Security-Policy": content_security_policy(services.settings)}
    document = files("liptune.api.page").joinpath("static", "index.html").read_bytes()
    return HTMLResponse(document, headers=HEADERS | policy)


def content_security_policy(settings: Settings) -> str:
    """Code from here alone, none inline; media also from the bucket downloads are redirected to."""
    stored = " ".join(["'self'", *_bucket(settings)])
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {stored} data:",
            f"media-src {stored}",
            f"connect-src {stored}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        ]
    )


def _bucket(settings: Settings) -> list[str]:
    if settings.s3_presign is None:
        return []
    endpoint = urlsplit(settings.s3_public_endpoint or settings.s3_endpoint or AMAZON)
    return [f"{endpoint.scheme}://{endpoint.netloc}"]


class _Assets(StaticFiles):
    """Files of the page; always asked for again, so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update({name: HEADERS[name] for name in ("Cache-Control", "X-Content-Type-Options")})
        return response


def install(app: FastAPI) -> None:
    """Adds the page and its files, those among them that it shares with ``report.html``."""
    app.include_router(router)
    app.mount(
        "/page",
        _Assets(packages=[("liptune.api.page", "static"), ("liptune.core.report", "look")]),
        name="page",
    )
