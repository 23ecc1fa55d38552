"""Server-sent events, heard again from where a broken connection left them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from .http import Http, accepted
from .types import Event

ATTEMPTS = 8
NOTHING_FOLLOWS = 204
SILENCE_SECONDS = 45.0
"""The service says something every 15 s."""


def listen(http: Http, path: str, after: int) -> Iterator[Event]:
    """The events at ``path`` behind the one numbered ``after``, as they happen, until the last, ``done``."""
    failed = 0
    while True:
        try:
            with _stream(http, path, after) as answer:
                if answer.status_code == NOTHING_FOLLOWS:
                    return
                for event in _parse(answer.iter_lines(), after):
                    failed, after = 0, event.id
                    yield event
                    if event.kind == "done":
                        return
            raise httpx.RemoteProtocolError("The events ended before the last one.")
        except httpx.TransportError:
            failed += 1
            if failed == ATTEMPTS:
                raise
        time.sleep(0.1 * 2**failed)


@contextmanager
def _stream(http: Http, path: str, after: int) -> Iterator[httpx.Response]:
    headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
    timeout = httpx.Timeout(SILENCE_SECONDS)
    with http.client.stream("GET", path, headers=headers, timeout=timeout) as answer:
        if answer.is_error:
            answer.read()
        yield accepted(answer)


def _parse(lines: Iterator[str], last: int) -> Iterator[Event]:
    """An event without a number has that of the one before."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
            continue
        if "data" in fields:
            last = int(fields.get("id", last))
            yield Event(last, fields["event"], json.loads(fields["data"]))
        fields = {}
