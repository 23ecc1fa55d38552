from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_rel

from liptune.core.report.paired import FIGURES, paired

LSE_D, LSE_C, _, OFFSET = FIGURES


def scores(**columns: Any) -> list[dict[str, Any]]:
    rows = zip(*columns.values(), strict=True)
    plain = {"verdict": "in_sync", "offset_ms": 0.0, "lse_d": 7.0, "lse_c": 5.0, "distance_at_zero": 0.5}
    return [plain | dict(zip(columns, row, strict=True)) for row in rows]


def test_the_interval_is_that_of_a_paired_t_test() -> None:
    random = np.random.default_rng(1)
    a = random.normal(7, 1, 20)
    b = a - random.normal(0.3, 0.4, 20)
    found = paired([*zip(scores(lse_d=a), scores(lse_d=b), strict=True)], LSE_D)
    expected = ttest_rel(b, a).confidence_interval(0.95)
    assert found.ci95 == pytest.approx((expected.low, expected.high))
    assert found.difference == pytest.approx(float(np.mean(b - a)))


@pytest.mark.parametrize(("figure", "better"), [(LSE_D, "a"), (LSE_C, "b")])
def test_more_is_better_of_some_and_less_of_others(figure: Any, better: str) -> None:
    more = paired(
        [
            *zip(
                scores(lse_d=[1, 2, 3], lse_c=[1, 2, 3]),
                scores(lse_d=[2, 3, 4.1], lse_c=[2, 3, 4.1]),
                strict=True,
            )
        ],
        figure,
    )
    assert more.verdict == better
    assert f"{better.upper()} is better" in more.told(1)


def test_what_chance_may_give_is_no_difference() -> None:
    found = paired([*zip(scores(lse_d=[1, 2, 3]), scores(lse_d=[2, 1, 3.1]), strict=True)], LSE_D)
    assert (found.verdict, "no difference shown" in found.told(2)) == ("none", True)


def test_one_clip_has_no_interval_and_none_no_mean() -> None:
    one = paired([*zip(scores(lse_d=[1]), scores(lse_d=[2]), strict=True)], LSE_D)
    assert (one.difference, one.ci95, one.verdict) == (1, None, "none")
    assert "no interval" in one.told(1)
    none = paired([*zip(scores(lse_d=[None]), scores(lse_d=[2]), strict=True)], LSE_D)
    assert (none.clips, none.told(1)) == (0, "no clip has it")


def test_an_offset_counts_either_way_and_only_where_it_is_known() -> None:
    a = scores(offset_ms=[-100.0, 50.0, 900.0], verdict=["out_of_sync", "out_of_sync", "no_evidence"])
    b = scores(offset_ms=[20.0, -10.0, 0.0], verdict=["in_sync"] * 3)
    found = paired([*zip(a, b, strict=True)], OFFSET)
    assert (found.clips, found.a, found.b, found.difference) == (2, 75.0, 15.0, -60.0)
