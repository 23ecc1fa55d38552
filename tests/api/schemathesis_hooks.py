"""Read by schemathesis: how to send what it has no serialiser for."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/offset+octet-stream", "application/x-ndjson")
def raw(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
