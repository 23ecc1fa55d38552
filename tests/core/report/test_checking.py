import math
from fractions import Fraction
from typing import Any

import pytest

from liptune.core.report.checking import Rule, Verdict, check
from liptune.core.report.profiles import PROFILES, Profile

R37 = PROFILES["ebu-r37"]


def a_stretch(start: float, end: float, offset: float | None, last: float | None = None) -> dict[str, Any]:
    last = offset if last is None else last
    known = offset is not None and last is not None
    return {
        "start": start,
        "end": end,
        "offset_ms": offset,
        "end_offset_ms": last,
        "ci95": [offset - 9, offset + 9] if offset is not None else None,
        "rate": (last - offset) / 1000 / (end - start) if known else 0.0,  # type: ignore[operator]
        "verdict": "in_sync" if known else "no_evidence",
    }


def a_result(*stretches: dict[str, Any], fps: str = "25") -> dict[str, Any]:
    return {"timeline": list(stretches), "media": {"video": {"fps": fps}}}


def portions(result: dict[str, Any], profile: Profile) -> list[tuple[Any, ...]]:
    return [
        (each.start, each.end, each.rule.value, each.offset_ms) for each in check(result, profile).failing
    ]


@pytest.mark.parametrize(
    ("name", "early", "late"),
    [
        ("itu-r-bt1359", 45, 125),
        ("itu-r-bt1359-acceptable", 90, 185),
        ("ebu-r37", 40, 60),
        ("atsc-is191", 15, 45),
    ],
)
def test_each_profile_has_its_limits_and_reaching_them_is_allowed(name: str, early: int, late: int) -> None:
    profile = PROFILES[name]
    for offset in (early, 0, -late):
        assert check(a_result(a_stretch(0, 9, offset)), profile).verdict is Verdict.PASSED
    assert portions(a_result(a_stretch(0, 9, early + 0.1)), profile) == [(0, 9, "early", early + 0.1)]
    assert portions(a_result(a_stretch(0, 9, -late - 0.1)), profile) == [(0, 9, "late", -late - 0.1)]


@pytest.mark.parametrize("fps", ["25", "24000/1001", "60"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_frame_is_too_much_where_less_than_one_is_asked_for(fps: str, sign: int) -> None:
    profile, frame = PROFILES["one-frame"], round(float(1000 / Fraction(fps)), 1)
    assert check(a_result(a_stretch(0, 9, sign * frame), fps=fps), profile).verdict is Verdict.FAILED
    assert check(a_result(a_stretch(0, 9, sign * (frame - 0.1)), fps=fps), profile).verdict is Verdict.PASSED


def test_one_stretch_is_enough_to_fail() -> None:
    result = a_result(a_stretch(0, 5, 0), a_stretch(5, 7, 200), a_stretch(7, 9, None), a_stretch(9, 20, -61))
    found = check(result, R37)
    assert found.verdict is Verdict.FAILED
    assert portions(result, R37) == [(5, 7, "early", 200), (9, 20, "late", -61)]
    assert found.failing[0].ci95 == (191, 209)
    assert found.unjudged == ((7, 9),)


@pytest.mark.parametrize("stretches", [[], [a_stretch(0, 9, None)]])
def test_what_cannot_be_judged_is_no_pass(stretches: list[dict[str, Any]]) -> None:
    assert check(a_result(*stretches), R37).verdict is Verdict.NOT_JUDGED


def test_a_drift_fails_from_where_it_is_beyond_the_limit() -> None:
    assert portions(a_result(a_stretch(10, 110, 0, 100)), R37) == [(pytest.approx(50), 110, "early", 100)]
    assert portions(a_result(a_stretch(10, 110, 100, 0)), R37) == [(10, pytest.approx(70), "early", 100)]
    both = portions(a_result(a_stretch(0, 100, 100, -100)), R37)
    assert both == [(0, pytest.approx(30), "early", 100), (pytest.approx(80), 100, "late", -100)]


def test_a_drift_has_a_limit_of_its_own() -> None:
    profile = Profile("x", math.inf, math.inf, "", drift_ms=20.0)
    assert check(a_result(a_stretch(0, 60, 0, 20)), profile).verdict is Verdict.PASSED
    (failing,) = check(a_result(a_stretch(0, 60, 0, -21)), profile).failing
    assert (failing.rule, failing.offset_ms) == (Rule.DRIFT, -21)


def test_what_lasts_too_short_passes_unless_what_adjoins_it_fails_too() -> None:
    profile = Profile("x", 40.0, 60.0, "", min_seconds=2.0)
    alone = a_result(a_stretch(0, 1.5, 90), a_stretch(1.5, 9, 0), a_stretch(9, 10.9, -300))
    assert check(alone, profile).verdict is Verdict.PASSED
    assert len(portions(a_result(a_stretch(0, 1.5, 90), a_stretch(1.5, 2, -90)), profile)) == 2
