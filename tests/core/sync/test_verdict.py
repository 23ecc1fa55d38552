import pytest

from liptune.core.sync.types import Verdict
from liptune.core.sync.verdict import verdict


@pytest.mark.parametrize(
    ("offset_ms", "expected"),
    [
        (0.0, Verdict.IN_SYNC),
        (40.0, Verdict.IN_SYNC),
        (46.0, Verdict.OUT_OF_SYNC),
        (120.0, Verdict.OUT_OF_SYNC),
        (-120.0, Verdict.IN_SYNC),
        (-126.0, Verdict.OUT_OF_SYNC),
    ],
)
def test_limits_are_those_of_bt_1359(offset_ms: float, expected: Verdict) -> None:
    assert verdict(offset_ms, evidence=True) is expected
    assert verdict(offset_ms, evidence=False) is Verdict.NO_EVIDENCE
