import pytest
import torch

from training.validation import RADIUS, mean_delay, window_accuracy


def band(*best: int) -> torch.Tensor:
    distances = torch.ones(len(best), 2 * RADIUS + 1)
    for row, shift in enumerate(best):
        distances[row, RADIUS + shift] = 0.0
    return distances


def test_windows_within_one_frame_count() -> None:
    assert window_accuracy([band(0, 1, -1, 2)], 1) == 0.75
    assert window_accuracy([band(0, 1, -1, 2)], 1, late=1.0) == 0.75
    assert window_accuracy([band(5, 5, 5, 5)], 2) == 0.0


def test_the_delay_lies_between_frames() -> None:
    assert mean_delay([band(0, 0, 1, 1)]) == pytest.approx(0.5)
    assert mean_delay([band(3, 3, 3)]) == pytest.approx(3.0)
