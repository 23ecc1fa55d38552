"""Requests that are sent again where that is harmless and may help."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from .errors import Refused
from .types import Problem

ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 60.0
COME_BACK = frozenset({429, 503})


class Http:
    """Speaks with one service. Whatever it sends may be sent twice without harm."""

    def __init__(self, url: str, key: str | None, timeout: float) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.client = httpx.Client(base_url=url, headers=headers, timeout=timeout, trust_env=False)

    def send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The answer.

        Raises:
            Refused: It is a problem, and coming back a few times did not help.
            httpx.TransportError: There is none, neither after a few attempts.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self.client.request(method, path, **arguments)
            except httpx.TransportError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(_pause(attempt, {}))
                continue
            if attempt == ATTEMPTS or not _may_change(answer):
                break
            time.sleep(_pause(attempt, answer.headers))
        return accepted(answer)

    def json(self, method: str, path: str, **arguments: Any) -> Any:
        """The body of the answer."""
        return self.send(method, path, **arguments).json()

    def pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        """The items of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.json("GET", path, params={**query, "cursor": cursor} if cursor else query)
            yield from page["items"]
            cursor = page["next_cursor"]


def accepted(answer: httpx.Response) -> httpx.Response:
    """The answer, unless it is a problem."""
    if answer.is_error:
        raise Refused(_problem(answer))
    return answer


def _may_change(answer: httpx.Response) -> bool:
    """Whether the same request may be answered otherwise in a while. Of conflicts, those that say when."""
    in_flight = answer.status_code == httpx.codes.CONFLICT and "retry-after" in answer.headers
    return answer.status_code in COME_BACK or in_flight


def _problem(answer: httpx.Response) -> Problem:
    try:
        body: Problem = answer.json()
        body["code"], body["detail"]
    except (ValueError, KeyError, TypeError):
        return {
            "type": "about:blank",
            "title": answer.reason_phrase,
            "status": answer.status_code,
            "detail": f"The service answered with {answer.status_code}.",
            "code": "unknown",
        }
    return body


def _pause(attempt: int, headers: Mapping[str, str]) -> float:
    told = headers.get("retry-after", "")
    return min(float(told) if told.isdecimal() else 0.25 * 2**attempt, LONGEST_WAIT_SECONDS)
