"""Many clips in a few numbers."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.warping.trial import Row

DRAWS = 10_000
HALF = 0.5

Figures = dict[str, float]


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Over the clips planned for, and over all: a clip left alone stays as it is and gains nothing."""
    planned = [row for row in rows if row["left_alone"] is None]
    names = planned[0]["repairs"] if planned else ()
    return {
        "clips": len(rows),
        "planned": len(planned),
        "residual_before_ms": spread([row["residual_before_ms"] for row in planned]),
        "residual_before_all_ms": spread([row["residual_before_ms"] for row in rows]),
        "repairs": {name: _of_repair(name, rows, planned) for name in names},
    }


def spread(values: Sequence[float]) -> Figures:
    """Mean, median and the largest; nothing of nothing."""
    if not values:
        return {}
    return {"mean": float(np.mean(values)), "median": float(np.median(values)), "most": float(np.max(values))}


def share(gains: Sequence[float], of: Sequence[float]) -> Figures:
    """The sum of ``gains`` over that of ``of``, and how far it varies (bootstrap over clips, 95 %)."""
    mine, theirs = np.array(gains), np.array(of)
    drawn = np.random.default_rng(0).integers(0, len(mine), (DRAWS, len(mine)))
    low, high = np.percentile(mine[drawn].sum(axis=1) / theirs[drawn].sum(axis=1), [2.5, 97.5])
    return {
        "share": float(mine.sum() / theirs.sum()),
        "low": float(low),
        "high": float(high),
        "clips_at_least_half": int((mine >= HALF * theirs).sum()),
    }


def _of_repair(name: str, rows: Sequence[Row], planned: Sequence[Row]) -> dict[str, Any]:
    mine = [row["repairs"][name] for row in planned]
    told: dict[str, Any] = {key: spread([each[key] for each in mine]) for key in mine[0]}
    everywhere = [row["repairs"].get(name, {}) for row in rows]
    residuals = [
        each.get("residual_ms", row["residual_before_ms"]) for each, row in zip(everywhere, rows, strict=True)
    ]
    better = [
        each["residual_ms"] < row["residual_before_ms"] for each, row in zip(mine, planned, strict=True)
    ]
    told |= {"residual_all_ms": spread(residuals), "nearer": int(sum(better))}
    told["real_gain_all"] = spread([each.get("real_gain", 0.0) for each in everywhere])
    for key in ("real_gain", "judge_real_gain"):
        if key in mine[0]:
            told[f"share_of_retime_{key}"] = share(
                [each[key] for each in mine], [row["repairs"]["retime"][key] for row in planned]
            )
    return told


def line(row: Row) -> str:
    """A clip as it comes."""
    start = f"{row['clip']:24} {row['residual_before_ms']:5.1f} ms"
    if row["left_alone"] is not None:
        return f"{start}  left alone: {row['left_alone']}"
    repairs = "  ".join(
        f"{name} {found['residual_ms']:5.1f} ms {found['gain']:+.3f} ({found['null_gain']:+.3f})"
        for name, found in row["repairs"].items()
    )
    return f"{start}  {repairs}"


def lines(told: dict[str, Any]) -> Iterator[str]:
    """The table: mean, median and most."""
    yield f"{told['clips']} clips, {told['planned']} planned for"
    for key in ("residual_before_ms", "residual_before_all_ms"):
        yield f"{key:24} {_cell(told[key])}"
    repairs = told["repairs"]
    for key in dict.fromkeys(key for found in repairs.values() for key in found):
        yield f"{key:24} " + "  ".join(
            f"{name} {_cell(found[key])}" for name, found in repairs.items() if key in found
        )


def _cell(found: Figures | int) -> str:
    if isinstance(found, int):
        return str(found)
    return " / ".join(f"{value:.4g}" for value in found.values())
