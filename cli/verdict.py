"""A result in words."""

from collections.abc import Mapping
from typing import Any

Result = Mapping[str, Any]


def sentence(result: Result) -> str:
    """Returns what a job's ``result`` means, and how sure it is where it means anything."""
    score = result["score"]
    if score["verdict"] == "no_evidence":
        return str(result["headline"])
    low, high = score["ci95"]
    return f"{result['headline']} Sure (95 %: {low:+.0f} to {high:+.0f} ms)."
