"""Answering with a resource that changes until it has ended: its ETag, and when to ask again."""

import hashlib

from fastapi import Request, Response
from pydantic import BaseModel

from liptune.api.file_answers import matches

POLL_AFTER_SECONDS = "1"


def show(resource: BaseModel, status: int, *, unfinished: bool) -> Response:
    """The resource as JSON; ``Retry-After`` while it is ``unfinished``."""
    body = resource.model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', "Cache-Control": "private, no-cache"}
    if unfinished:
        headers["Retry-After"] = POLL_AFTER_SECONDS
    return Response(body, status, headers, media_type="application/json")


def listed(page: BaseModel) -> Response:
    """A page of a list as JSON, made once: FastAPI would check a model that it is given again."""
    return Response(page.model_dump_json(), media_type="application/json")


def unless_known(request: Request, answer: Response) -> Response:
    """The answer, or 304 where the client has it already."""
    if matches(request.headers.get("if-none-match"), answer.headers["ETag"]):
        return Response(status_code=304, headers={"ETag": answer.headers["ETag"]})
    return answer
