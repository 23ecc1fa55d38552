from datetime import UTC, datetime, timedelta

import pytest

from liptune.core.store.ids import first_id, new_id, now


def test_an_id_sorts_behind_the_first_of_its_time() -> None:
    before = now()
    made = new_id()
    assert first_id(before) <= made < first_id(now() + timedelta(milliseconds=2))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (datetime(1900, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_any_time_has_a_first_id(earlier: datetime, later: datetime) -> None:
    assert first_id(earlier) < first_id(later)
    assert len(first_id(later)) == 13
