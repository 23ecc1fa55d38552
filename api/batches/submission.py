"""Reads the request for a batch: one object of JSON, or JSON lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import ValidationError

from liptune.api.batches.schemas import BatchRequest
from liptune.api.errors import InvalidRequest, TooManyItems
from liptune.api.json_bodies import declared_type, faults_of, read_body
from liptune.api.services import Services, in_thread
from liptune.api.strict_json import read_json
from liptune.core.errors import UnsupportedMediaType

JSON, LINES = "application/json", "application/x-ndjson"
HEAD_BYTES = 256 * 1024
ITEM_BYTES = 8 * 1024
"""More than two URLs and a name can have."""
FAULTS_SHOWN = 8


@dataclass(frozen=True)
class Submission:
    """What was asked for. ``lines``: of JSON lines, which one each item stands in, from 1."""

    wanted: BatchRequest
    lines: tuple[int, ...] | None = None

    def place(self, item: int) -> dict[str, int]:
        """Where the item stands in the request."""
        return {"item": item} | ({"line": self.lines[item]} if self.lines else {})


async def read_submission(request: Request, services: Services) -> Submission:
    """The request, well formed.

    Raises:
        UnsupportedMediaType: It is neither JSON nor JSON lines.
        InvalidRequest: It is not as it should be; says where.
        TooManyItems: It has more items than a batch may have.
    """
    declared = declared_type(request)
    if declared not in {JSON, LINES}:
        raise UnsupportedMediaType(f"A batch is requested with {JSON} or {LINES}.")
    most = services.settings.max_batch_items
    body = await read_body(request, HEAD_BYTES + ITEM_BYTES * most)
    return await in_thread(_parse_lines if declared == LINES else _parse, body, most)


def _parse(body: bytes, most: int) -> Submission:
    return _checked(read_json(body, "The body"), most)


def _parse_lines(body: bytes, most: int) -> Submission:
    found = list(_values(body))
    if not found or not isinstance(found[0][1], dict):
        raise InvalidRequest("The first line must be an object: the batch without its items.")
    (_, head), *items = found
    if "items" in head:
        raise InvalidRequest("Line 1: the items of JSON lines follow it, one a line.")
    whole = head | {"items": [value for _, value in items]}
    return _checked(whole, most, tuple(number for number, _ in items))


def _values(body: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield number, read_json(line, f"Line {number}")


def _checked(given: Any, most: int, lines: tuple[int, ...] | None = None) -> Submission:
    items = given.get("items") if isinstance(given, dict) else None
    if isinstance(items, list) and len(items) > most:
        raise TooManyItems(
            f"The batch has {len(items)} items; there may be {most}.",
            remedy="Send several batches.",
            details={"items": len(items), "limit": most},
        )
    if items == []:
        raise InvalidRequest("The batch has no item.")
    try:
        return Submission(BatchRequest.model_validate(given), lines)
    except ValidationError as error:
        faults = [f"{_where(place, lines)}: {what}" for place, what in faults_of(error)][:FAULTS_SHOWN]
        raise InvalidRequest("; ".join(faults), details={"errors": faults}) from error


def _where(place: tuple[int | str, ...], lines: tuple[int, ...] | None) -> str:
    match place:
        case ("items", int(item), *rest) if lines is not None:
            return ".".join([f"line {lines[item]}", *map(str, rest)])
        case ():
            return "body"
    return ".".join(map(str, place))
