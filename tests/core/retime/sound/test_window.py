import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liptune.core.retime.sound.window import SampleWindow

LENGTH, BEHIND = 300_000, 1000
WHOLE = np.arange(LENGTH * 2, dtype=np.int32).reshape(LENGTH, 2)


@given(
    sizes=st.lists(st.integers(1, 90_000), min_size=1, max_size=20),
    steps=st.lists(st.tuples(st.integers(-BEHIND, 60_000), st.integers(0, 30_000)), min_size=1, max_size=20),
)
def test_any_part_near_the_last_is_what_was_read(sizes: list[int], steps: list[tuple[int, int]]) -> None:
    blocks = iter(np.split(WHOLE, np.minimum(np.cumsum(sizes), LENGTH)))
    window = SampleWindow(blocks, 2, np.dtype(np.int32), BEHIND)
    furthest = 0
    for step, count in steps:
        begin = max(furthest + step, 0)
        furthest = max(furthest, begin)
        taken = window.take(begin, begin + count)
        expected = WHOLE[begin : begin + count]
        np.testing.assert_array_equal(taken[: len(expected)], expected)
        assert not taken[len(expected) :].any()


def test_before_its_beginning_it_is_silent_and_its_length_is_known_at_its_end() -> None:
    window = SampleWindow(iter([WHOLE[:500]]), 2, np.dtype(np.int32), BEHIND)
    taken = window.take(-100, 100)
    assert not taken[:100].any()
    np.testing.assert_array_equal(taken[100:], WHOLE[:100])
    assert window.length is None
    window.take(400, 600)
    assert window.length == 500
    assert window.take(450, 700).shape == (250, 2)


@pytest.mark.parametrize("dtype", [np.int16, np.float64])
def test_samples_keep_their_type(dtype: type) -> None:
    assert SampleWindow(iter([]), 6, np.dtype(dtype), 0).take(0, 10).dtype == dtype
