"""What the OpenAPI document says beyond what FastAPI can tell from the code."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from api.errors import PROBLEMS

BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


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
    return {status: _response(status) for status in statuses}


def shown(model: type[BaseModel], description: str) -> dict[str, Any]:
    """A ``responses`` entry with a body."""
    return {"model": model, "description": description}


def headers(described: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The ``headers`` of a response: by name, its JSON type and what it means."""
    return {
        name: {"schema": {"type": kind}, "description": meaning}
        for name, (kind, meaning) in described.items()
    }


def describe(app: FastAPI, models: Iterable[type[BaseModel]]) -> None:
    """Adds schemas that no signature mentions, and says what the framework's own 422 looks like here."""
    generate = app.openapi
    extra: list[type[BaseModel]] = [Problem, *models]

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document["components"]["schemas"]
        for model in extra:
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
        for path in document["paths"].values():
            for operation in path.values():
                if "422" in operation["responses"]:
                    operation["responses"]["422"] = _response(422)
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _response(status: int) -> dict[str, Any]:
    codes = [code for code, (its_status, _) in PROBLEMS.items() if its_status == status]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": "Codes: " + ", ".join(codes),
        "content": {"application/problem+json": {"schema": schema}},
    }


def form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """The schema of a multipart form."""
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"multipart/form-data": {"schema": schema}}


UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **form({"file": BINARY}, ["file"]),
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
                    "options": {"type": "string", "contentMediaType": "application/json"},
                    "webhook": {"type": "string", "contentMediaType": "application/json"},
                    "video": BINARY,
                    "audio": BINARY,
                },
                ["operation", "video"],
            ),
        },
    }
}

EVENT_STREAM: dict[str, Any] = {
    "description": "`status`: `{status}`; `progress`: `{stage, progress}`; `done`, the last: `{status}`",
    "content": {
        "text/event-stream": {
            "schema": {"type": "string"},
            "example": 'id: 7\nevent: progress\ndata: {"stage": "detect", "progress": 0.4}\n\n',
        }
    },
}
