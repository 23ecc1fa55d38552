"""What FastAPI cannot infer of batches: their two kinds of body, their events, their table."""

from typing import Any

from liptune.api.openapi_texts import CACHE, EVENT_STREAM, bare, headers

BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/BatchRequest"}},
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": "JSON lines: first the request without its `items`, then an item a line",
                },
                "example": '{"operation": "measure"}\n{"video": "ID"}\n{"video": "ID", "audio": "ID"}\n',
            },
        },
    }
}

_EVENT: dict[str, Any] = EVENT_STREAM["content"]["text/event-stream"]["schema"]

BATCH_EVENTS: dict[str, Any] = EVENT_STREAM | {
    "description": "`item`: an item that stands otherwise, as in the batch; `counts`: `{progress, counts, "
    "verdicts}`; `done`, the last: the same",
    "content": {
        "text/event-stream": {
            "schema": _EVENT
            | {"properties": _EVENT["properties"] | {"event": {"enum": ["item", "counts", "done"]}}},
            "example": {"id": "42", "event": "counts", "data": '{"progress": 0.75}'},
        }
    },
}

RESULTS: dict[str, Any] = bare("A line for each item, in their order") | {
    "headers": headers(CACHE | {"Content-Disposition": ("string", "What to save it as")}),
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
