"""``GET /``: the web page, out of package data. It speaks to nothing but the public API."""

from collections.abc import MutableMapping
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
@router.head("/", response_class=HTMLResponse)
def page() -> HTMLResponse:
    """The page's one document."""
    return HTMLResponse(files("api.page").joinpath("static", "index.html").read_bytes(), headers=HEADERS)


class _Assets(StaticFiles):
    """Files of the page; always asked for again, so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update({name: HEADERS[name] for name in ("Cache-Control", "X-Content-Type-Options")})
        return response


def install(app: FastAPI) -> None:
    """Adds the page and its files, those among them that it shares with ``report.html``."""
    app.include_router(router)
    app.mount("/page", _Assets(packages=[("api.page", "static"), ("core.report", "look")]), name="page")
