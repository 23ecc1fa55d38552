"""A score in one sentence."""

from collections.abc import Mapping
from typing import Any


def sentence(score: Mapping[str, Any]) -> str:
    """Returns what a score (API.md's ``result.score``) means for somebody who has to act on it."""
    if score["verdict"] == "no_evidence":
        return "No evidence that this sound belongs to these lips: other speech would score as well."
    if score["verdict"] == "in_sync":
        return f"The sound is in sync ({score['offset_ms']:+.0f} ms). {_sure(score, signed=True)}"
    side = "early" if score["offset_ms"] > 0 else "late"
    return f"The sound is {abs(score['offset_ms']):.0f} ms {side}. {_sure(score, signed=False)}"


def _sure(score: Mapping[str, Any], *, signed: bool) -> str:
    low, high = score["ci95"]
    if signed or low * high < 0:
        return f"Sure (95 %: {low:+.0f} to {high:+.0f} ms)."
    low, high = sorted((abs(low), abs(high)))
    return f"Sure (95 %: {low:.0f} to {high:.0f} ms)."
