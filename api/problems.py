"""Exception handlers that answer every error as ``application/problem+json``."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from liptune.api.errors import HttpError, RangeNotSatisfiable, RateLimited, problem
from liptune.core.errors import LiptuneError, StorageUnavailable

FRAMEWORK_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "media_too_large",
    415: "unsupported_media_type",
}

RETRY_LATER = {"Retry-After": "5"}

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

log = structlog.get_logger(__name__)


class ProblemResponse(JSONResponse):
    """A problem object, with its own media type."""

    media_type = "application/problem+json"


def install(app: FastAPI) -> None:
    """Registers a handler for every kind of error."""
    app.add_exception_handler(LiptuneError, _domain)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(RequestValidationError, _validation)
    for kind in (OperationalError, InterfaceError):
        app.add_exception_handler(kind, _database_away)
    app.add_exception_handler(Exception, _unexpected)


def respond(request: Request, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Answers with a problem that names the request."""
    request_id = getattr(request.state, "request_id", None)
    return ProblemResponse(body | {"request_id": request_id}, status_code=body["status"], headers=headers)


async def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, LiptuneError)  # noqa: S101
    log.info("request_refused", code=error.code, detail=error.message, details=error.details)
    body = problem(error.code, error.message, remedy=error.remedy, details=error.details)
    headers = dict(error.headers) if isinstance(error, HttpError) else {}
    if isinstance(error, StorageUnavailable):
        log.error("storage_unavailable", exc_info=error)
        headers |= RETRY_LATER
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, RangeNotSatisfiable):
        headers["Content-Range"] = f"bytes */{error.details['bytes']}"
    return respond(request, body, headers)


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = FRAMEWORK_CODES.get(error.status_code, "invalid_request")
    reason = HTTPStatus(error.status_code).phrase
    body = problem(code, f"{request.method} {request.url.path}: {reason}.") | {"status": error.status_code}
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    return respond(request, body, headers)


def _allowed(request: Request) -> str:
    """Every method of the path: the framework names only those of the first route that has the path."""
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    routes = request.app.routes
    return ", ".join(
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in routes)
    )


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [
        {"field": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors()
    ]
    detail = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)
    return respond(request, problem("invalid_request", detail, errors=faults))


async def _database_away(request: Request, error: Exception) -> Response:
    log.error("database_away", exc_info=error)
    body = problem("not_ready", "The database does not answer.", remedy="Send the request again later.")
    return respond(request, body, RETRY_LATER)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request_crashed", exc_info=error)
    request_id = getattr(request.state, "request_id", None)
    headers = {"X-Request-ID": request_id} if request_id else None
    return respond(request, problem("internal", "Something went wrong; the server's log says what."), headers)
