import numpy as np

from benchmarks.windows import judge, summary


def band(offsets: list[int]) -> np.ndarray:
    """Distances with one dip per row at the given column."""
    values = np.ones((len(offsets), 31), np.float32)
    values[np.arange(len(offsets)), offsets] = 0
    return values


def test_errors_are_counted_from_the_clips_own_offset() -> None:
    scores = judge(band([18] * 10 + [12] * 10), 18, 5)
    assert scores.errors[0] == 0
    assert scores.errors[-1] == -6
    assert scores.candidates.tolist() == [31] * len(scores.errors)


def test_windows_without_the_reference_do_not_count() -> None:
    values = band([15] * 10)
    values[:5, 15] = np.nan
    assert judge(values, 15, 5).errors.tolist() == []
    assert judge(values, 15, 4).errors.tolist() == [0]


def test_shifts_without_sound_are_no_candidates() -> None:
    values = band([15] * 5)
    values[2, :10] = np.nan
    assert judge(values, 15, 5).candidates.tolist() == [21]


def test_summary_counts_windows_within_one_frame() -> None:
    row = summary([judge(band([15] * 5 + [16] * 5 + [20] * 5 + [15] * 5), 15, 5)])
    assert row["within_one"] == row["within_one_whole_band"]
    assert 0 < row["within_one"] < 1
