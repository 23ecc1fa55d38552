import numpy as np
import pytest

from liptune.core.sync.accuracy import PUBLISHED_DISTANCE, sync_acc


def test_published_limit_is_a_cosine_of_one_half() -> None:
    assert np.sqrt(2 - 2 * 0.5) == PUBLISHED_DISTANCE


def test_counts_right_answers_on_both_sides() -> None:
    true, other = np.array([0.5, 0.9, 1.1, 1.2]), np.array([1.2, 1.2, 1.2, 0.9])
    assert sync_acc(true, other, 1.0) == pytest.approx((2 / 4 + 3 / 4) / 2)


def test_without_a_limit_the_nearer_sound_is_taken_for_true() -> None:
    assert sync_acc(np.array([1.0, 5.0, 3.0, 2.0]), np.array([2.0, 4.0, 3.0, 9.0]), None) == 2.5 / 4


def test_pairs_with_a_side_missing_do_not_count() -> None:
    nan = np.nan
    assert sync_acc(np.array([0.5, nan, 2.0]), np.array([1.5, 1.5, nan]), 1.0) == 1.0
    assert np.isnan(sync_acc(np.array([nan]), np.array([1.0]), 1.0))
