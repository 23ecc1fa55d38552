import torch

from training.objective import window_means, windows_valid


def test_window_means_against_loops() -> None:
    similarity = torch.rand(2, 7, 3, 7)
    means = window_means(similarity, 3)
    assert means.shape == (2, 5, 3, 5)
    for t, u in ((0, 0), (4, 2), (1, 4)):
        expected = sum(similarity[1, t + i, 2, u + i] for i in range(3)) / 3
        torch.testing.assert_close(means[1, t, 2, u], expected)


def test_a_window_is_valid_when_all_its_frames_are() -> None:
    valid = torch.tensor([[True, True, True, False]])
    assert windows_valid(valid, 2).tolist() == [[True, True, False]]
