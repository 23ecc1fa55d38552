"""Building blocks of the OpenAPI document: problems, headers, forms and files that FastAPI cannot infer."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from liptune.api.errors import PROBLEMS, problem

BINARY: dict[str, Any] = {"type": "string", "format": "binary"}

Headers = dict[str, tuple[str, str]]

ETAG: Headers = {"ETag": ("string", "The version of what is shown")}
CACHE: Headers = {"Cache-Control": ("string", "Whether it may be kept")}
LOCATION: Headers = {"Location": ("string", "The path of what was made")}
POLL: Headers = {"Retry-After": ("integer", "Seconds until asking again, while it is unfinished")}
RANGE: Headers = {"Content-Range": ("string", "Which bytes, of how many")}
FILE: Headers = (
    ETAG
    | CACHE
    | {
        "Accept-Ranges": ("string", "bytes"),
        "Content-Disposition": ("string", "What to save it as"),
        "Content-Security-Policy": ("string", "Keeps what is shown in a browser to itself"),
        "X-Content-Type-Options": ("string", "nosniff"),
    }
)
PROBLEM_HEADERS: dict[int, Headers] = {
    401: {"WWW-Authenticate": ("string", "Bearer")},
    409: {"Retry-After": ("integer", "Seconds to wait, where waiting helps")},
    412: {"Tus-Version": ("string", "The versions that are spoken here")},
    416: {"Content-Range": ("string", "How many bytes there are")},
    429: {"Retry-After": ("integer", "Seconds to wait")},
}


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(json_schema_extra={"enum": [*sorted(PROBLEMS)]})
    request_id: str | None = None
    remedy: str | None = None
    details: dict[str, Any] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` entry for these statuses, with the codes each may carry."""
    return {status: response(status) for status in statuses}


def shown(
    model: type[BaseModel], description: str, sent: Mapping[str, tuple[str, str]] | None = None
) -> dict[str, Any]:
    """A ``responses`` entry with a body and headers."""
    return {"model": model, "description": description, "headers": headers(sent or {})}


def bare(description: str, sent: Mapping[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    """A ``responses`` entry without a body."""
    return {"description": description, "headers": headers(sent or {})}


def file_responses() -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a file, its parts and its absence of change."""
    content = {"content": {"*/*": {"schema": BINARY}}}
    return {
        200: bare("The file", FILE) | content,
        206: bare("A part of the file", FILE | RANGE) | content,
        304: bare("The client has it already", ETAG),
        **problems(401, 404, 416),
    }


def headers(described: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The ``headers`` of a response: by name, its JSON type and what it means."""
    return {
        name: {"schema": {"type": kind}, "description": meaning}
        for name, (kind, meaning) in described.items()
    }


def response(status: int) -> dict[str, Any]:
    """The problem that answers with this status: its codes, an example of each, its headers."""
    codes = {code: title for code, (its_status, title) in PROBLEMS.items() if its_status == status}
    examples = {code: {"value": problem(code, f"{title}.")} for code, title in codes.items()}
    schema = {"$ref": "#/components/schemas/Problem"}
    described: dict[str, Any] = {
        "description": "Codes: " + ", ".join(codes),
        "content": {"application/problem+json": {"schema": schema, "examples": examples}},
    }
    return described | ({"headers": headers(PROBLEM_HEADERS[status])} if status in PROBLEM_HEADERS else {})


def form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """The schema of a multipart form."""
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    files = [name for name, its_schema in properties.items() if its_schema is BINARY]
    encoding = {name: {"contentType": "video/*, audio/*, application/octet-stream"} for name in files}
    return {"multipart/form-data": {"schema": schema, "encoding": encoding}}


JSON_FIELD = {"type": "string", "contentMediaType": "application/json"}

UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **form({"file": BINARY, "metadata": JSON_FIELD}, ["file"]),
            **{kind: {"schema": BINARY} for kind in ("video/*", "audio/*", "application/octet-stream")},
        },
    }
}

JOB_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/JobRequest"}},
            **form(
                {
                    "operation": {"type": "string"},
                    "options": JSON_FIELD,
                    "webhook": JSON_FIELD,
                    "metadata": JSON_FIELD,
                    "priority": {"type": "string"},
                    "video": BINARY,
                    "audio": BINARY,
                    "gallery": BINARY,
                },
                ["operation", "video"],
            ),
        },
    }
}

EVENT_STREAM: dict[str, Any] = {
    "headers": headers(CACHE | {"X-Accel-Buffering": ("string", "Tells proxies to pass events on at once")}),
    "description": "`status`: `{status}`; `progress`: `{stage, progress}`; `losses`: `{foreseen_losses}`; "
    "`done`, the last: `{status}`",
    "content": {
        "text/event-stream": {
            "schema": {
                "description": "One event",
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "event": {"enum": ["status", "progress", "losses", "done"]},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                    "retry": {"type": "integer"},
                },
            },
            "example": {"id": "7", "event": "progress", "data": '{"stage": "analyse", "progress": 0.4}'},
        }
    },
}
