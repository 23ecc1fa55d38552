"""The figures of all clips of the dub benchmark."""

import statistics
from collections.abc import Sequence
from typing import Any


def figures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means, and shares of the clips; empty without any."""
    if not rows:
        return {}
    told: dict[str, Any] = {"clips": len(rows)}
    for engine in ("lite", "judge"):
        told |= {
            f"own_share_{engine}": _mean(row["own"][engine]["share"] for row in rows),
            f"other_share_{engine}": _mean(row["other"][engine]["share"] for row in rows),
            f"other_in_sync_before_{engine}": _mean(
                row["other"][engine]["before"] == "in_sync" for row in rows
            ),
            f"other_in_sync_{engine}": _mean(row["other"][engine]["after"] == "in_sync" for row in rows),
            f"null_no_evidence_{engine}": _mean(row["null"][engine] == "no_evidence" for row in rows),
        }
    pictures = [row["picture"] for row in rows]
    told |= {
        "samples_changed_outside": sum(each["samples_changed_outside"] for each in pictures),
        "frames_changed": _mean(each["share_changed"] for each in pictures),
        "seam_step_delta_e": _mean(each["seam_step_delta_e"] for each in pictures),
        "flicker_ratio": _mean(each["flicker_ratio"] for each in pictures),
        "sharpness_ratio": _mean(each["sharpness_ratio"] for each in pictures),
        "frames_a_second": _mean(each["frames_a_second"] for each in pictures),
    }
    return told


def _mean(values: Any) -> float:
    return round(statistics.fmean(float(value) for value in values), 3)
