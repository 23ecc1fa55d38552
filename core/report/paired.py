"""Differences of two systems' scores on the same clips, with what chance leaves open."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Score = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """What is compared. ``sign``: 1 where more is better, -1 where less is. ``digits``: that are told."""

    name: str
    label: str
    sign: int
    digits: int
    value: Callable[[Score], float | None]


def _of(name: str) -> Callable[[Score], float | None]:
    return lambda score: score[name]


def _from_sync(score: Score) -> float | None:
    known = score["verdict"] != "no_evidence" and score["offset_ms"] is not None
    return abs(score["offset_ms"]) if known else None


FIGURES = (
    Figure("lse_d", "LSE-D", -1, 3, _of("lse_d")),
    Figure("lse_c", "LSE-C", 1, 3, _of("lse_c")),
    Figure("distance_at_zero", "distance at zero", -1, 3, _of("distance_at_zero")),
    Figure("offset_ms", "offset, either way, ms", -1, 1, _from_sync),
)


@dataclass(frozen=True)
class Paired:
    """The mean of a figure by each, and of B - A with its 95 % interval (Student's t over the clips).

    None where there is no such number: of no clips, or an interval of fewer than two.
    """

    clips: int
    a: float | None
    b: float | None
    difference: float | None
    ci95: tuple[float, float] | None
    sign: int

    @property
    def verdict(self) -> str:
        """``a``, ``b`` (which is better), or ``none``, where the interval holds zero or there is none."""
        if self.ci95 is None or self.ci95[0] <= 0 <= self.ci95[1]:
            return "none"
        return "b" if (self.ci95[0] > 0) == (self.sign > 0) else "a"

    def told(self, digits: int) -> str:
        """``6.9 to 6.5: -0.4 (95 %: -0.6 to -0.2): B is better``."""
        if self.difference is None or self.a is None or self.b is None:
            return "no clip has it"
        said = f"{self.a:.{digits}f} to {self.b:.{digits}f}: {self.difference:+.{digits}f}"
        if self.ci95 is None:
            return f"{said} (one clip: no interval)"
        low, high = self.ci95
        better = {"a": "A is better", "b": "B is better", "none": "no difference shown"}[self.verdict]
        return f"{said} (95 %: {low:+.{digits}f} to {high:+.{digits}f}): {better}"


def paired(pairs: Sequence[tuple[Score, Score]], figure: Figure) -> Paired:
    """Of the clips of which both systems have the figure."""
    both = [(figure.value(a), figure.value(b)) for a, b in pairs]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    if not known:
        return Paired(0, None, None, None, None, figure.sign)
    means = [sum(column) / len(known) for column in zip(*known, strict=True)]
    differences = [b - a for a, b in known]
    mean = sum(differences) / len(known)
    return Paired(len(known), means[0], means[1], mean, _interval(differences, mean), figure.sign)


def _interval(differences: Sequence[float], mean: float) -> tuple[float, float] | None:
    count = len(differences)
    if count < 2:
        return None
    from scipy.stats import t  # noqa: PLC0415 - a second that only this needs

    spread = math.sqrt(sum((each - mean) ** 2 for each in differences) / (count - 1) / count)
    half = float(t.ppf(0.975, count - 1)) * spread
    return mean - half, mean + half
