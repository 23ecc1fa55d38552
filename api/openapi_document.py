"""Completes the OpenAPI document: models that no signature names, and what every path may answer."""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from liptune.api.openapi_texts import Problem, headers, response
from liptune.api.resumable.middleware import PREFIX
from liptune.api.resumable.protocol import VERSION

EVERYWHERE = headers({"X-Request-ID": ("string", "The request's name in the logs")})
TUS = headers({"Tus-Resumable": ("string", "The protocol's version")})
SECURED = (401, 429, 503)


def describe(app: FastAPI, models: Iterable[type[BaseModel]]) -> None:
    """Adds the models, which no signature mentions, to the document, and completes its responses."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        _add_schemas(document["components"]["schemas"], [Problem, *models])
        for path, operation in _operations(document):
            _complete(operation)
            for answer in operation["responses"].values():
                answer["headers"] = answer.get("headers", {}) | EVERYWHERE
                if path.startswith(PREFIX):
                    answer["headers"] |= TUS
            for parameter in operation.get("parameters", []):
                _name_version(parameter)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            yield path, operation


def _add_schemas(schemas: dict[str, Any], models: Iterable[type[BaseModel]]) -> None:
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)


def _complete(operation: dict[str, Any]) -> None:
    """Every operation may break; one that asks for a key may also refuse it, or wait for storage."""
    always = (500, *(SECURED if "security" in operation else ()))
    framework = (422,) if "422" in operation["responses"] else ()
    operation["responses"] |= {str(status): response(status) for status in (*framework, *always)}


def _name_version(parameter: dict[str, Any]) -> None:
    """A missing version is answered with 412, so the code takes it for optional; the client must send it."""
    if parameter["name"] == "tus-resumable":
        parameter |= {"required": True, "schema": {"type": "string", "const": VERSION}}
