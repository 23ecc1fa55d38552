"""What every refusal has in common."""

from typing import Any


def problem_of(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Checks that the answer is this problem, and returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["code"], body["status"]) == (code, status)
    assert body["type"] == f"urn:liptune:problem:{code}"
    assert body["title"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body
