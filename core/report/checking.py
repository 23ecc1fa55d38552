"""Whether a clip keeps to a rule, stretch by stretch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from liptune.core.report.profiles import Profile

Json = Mapping[str, Any]
ADJOINING_SECONDS = 0.1
MS_A_MINUTE = 60_000.0


class Verdict(StrEnum):
    """Of a clip: one portion that fails is enough; nothing that can be judged is no pass."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not judged"


class Rule(StrEnum):
    """What a portion fails."""

    EARLY = "early"
    LATE = "late"
    DRIFT = "drift"


@dataclass(frozen=True)
class Portion:
    """From when to when a clip fails which rule. ``offset_ms``: the worst in it. ``ci95``: of its stretch."""

    start: float
    end: float
    rule: Rule
    offset_ms: float
    ci95: tuple[float, float] | None

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True)
class Checked:
    """``unjudged``: from when to when nothing can be said of the sound."""

    verdict: Verdict
    failing: tuple[Portion, ...]
    unjudged: tuple[tuple[float, float], ...]


def check(result: Json, profile: Profile) -> Checked:
    """The job's ``result`` against the rule."""
    judged = [stretch for stretch in result["timeline"] if _is_judged(stretch)]
    unjudged = tuple((each["start"], each["end"]) for each in result["timeline"] if not _is_judged(each))
    early, late = profile.limits(result)
    found = [portion for stretch in judged for portion in _failing(stretch, profile, early, late)]
    failing = tuple(_long_enough(found, profile.min_seconds))
    if failing:
        return Checked(Verdict.FAILED, failing, unjudged)
    return Checked(Verdict.PASSED if judged else Verdict.NOT_JUDGED, (), unjudged)


def _is_judged(stretch: Json) -> bool:
    return stretch["verdict"] != "no_evidence" and stretch["offset_ms"] is not None


def _failing(stretch: Json, profile: Profile, early: float, late: float) -> Iterator[Portion]:
    for rule, sign, limit in ((Rule.EARLY, 1, early), (Rule.LATE, -1, late)):
        portion = _beyond(stretch, rule, sign, limit)
        if portion is not None:
            yield portion
    drift = abs(stretch["rate"] or 0.0) * MS_A_MINUTE
    if profile.drift_ms is not None and drift > profile.drift_ms:
        worst = max(_ends(stretch), key=abs)
        yield Portion(stretch["start"], stretch["end"], Rule.DRIFT, worst, _ci95(stretch))


def _beyond(stretch: Json, rule: Rule, sign: int, limit: float) -> Portion | None:
    """The part of a stretch that is beyond a limit, as its offset runs from one end to the other."""
    start, end = stretch["start"], stretch["end"]
    first, last = (sign * offset for offset in _ends(stretch))
    if max(first, last) <= limit:
        return None
    if min(first, last) <= limit:
        crossing = start + (limit - first) / (last - first) * (end - start)
        start, end = (crossing, end) if first <= limit else (start, crossing)
    return Portion(start, end, rule, sign * max(first, last), _ci95(stretch))


def _ends(stretch: Json) -> tuple[float, float]:
    first, last = stretch["offset_ms"], stretch["end_offset_ms"]
    return first, first if last is None else last


def _ci95(stretch: Json) -> tuple[float, float] | None:
    return tuple(stretch["ci95"]) if stretch["ci95"] else None


def _long_enough(portions: Sequence[Portion], seconds: float) -> Iterator[Portion]:
    """Those that last, with what adjoins them, at least so long."""
    for run in _runs(sorted(portions, key=lambda portion: portion.start)):
        if max(portion.end for portion in run) - run[0].start >= seconds:
            yield from run


def _runs(portions: Iterable[Portion]) -> Iterator[list[Portion]]:
    run: list[Portion] = []
    for portion in portions:
        if run and portion.start - max(each.end for each in run) > ADJOINING_SECONDS:
            yield run
            run = []
        run.append(portion)
    if run:
        yield run
