import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from liptune.core.engines.windows import SlidingEmbedder, TrackEmbedder, column_windows, placed

Floats = NDArray[np.float32]


def sums(rows: Floats) -> Floats:
    """Embeds each 3 consecutive rows as their sum."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(rows, 3, axis=0).sum(axis=-1))


ROWS = np.random.default_rng(0).integers(0, 100, (23, 2)).astype(np.float32)


@pytest.mark.parametrize("pushes", [[23], [1] * 23, [10, 13], [2, 1, 20]])
def test_every_window_is_embedded_once_and_in_order(pushes: list[int]) -> None:
    embedder = SlidingEmbedder(sums, window=3, batch=4)
    for rows in np.split(ROWS, np.cumsum(pushes)[:-1]):
        embedder.push(rows)
    blocks = embedder.finish()
    assert [len(block) for block in blocks] == [4, 4, 4, 4, 4, 1]
    np.testing.assert_array_equal(np.concatenate(blocks), sums(ROWS))


def test_running_out_of_memory_halves_the_batch_for_good() -> None:
    tried: list[int] = []

    def embed(rows: Floats) -> Floats:
        tried.append(len(rows) - 2)
        if len(rows) - 2 > 3:
            raise torch.OutOfMemoryError
        return sums(rows)

    embedder = SlidingEmbedder(embed, window=3, batch=16)
    embedder.push(ROWS)
    np.testing.assert_array_equal(np.concatenate(embedder.finish()), sums(ROWS))
    assert tried == [16, 8, 4, *[2] * 10, 1]


def test_a_window_too_large_for_memory_is_an_error() -> None:
    def embed(_: Floats) -> Floats:
        raise torch.OutOfMemoryError

    embedder = SlidingEmbedder(embed, window=3, batch=4)
    with pytest.raises(torch.OutOfMemoryError):
        embedder.push(ROWS)


@pytest.mark.parametrize(("frames", "unread"), [(23, 0), (23, 1), (3, 0), (3, 1), (2, 0), (1, 0)])
def test_rows_speak_for_the_centre_of_their_window(frames: int, unread: int) -> None:
    embedder = TrackEmbedder(sums, window=3, batch=4, centre=1, dim=2, unread=unread)
    embedder.push(ROWS[:frames])
    timeline = embedder.finish()
    expected = np.full((frames, 2), np.nan, np.float32)
    for start in range(frames - 2 - unread):
        expected[start + 1] = ROWS[start : start + 3].sum(axis=0)
    np.testing.assert_array_equal(timeline, expected)


def test_a_track_without_frames_has_no_rows() -> None:
    assert TrackEmbedder(sums, window=3, batch=4, centre=1, dim=2).finish().shape == (0, 2)


def test_rows_beyond_the_end_are_dropped() -> None:
    block = np.ones((4, 2), np.float32)
    np.testing.assert_array_equal(placed([block], rows=3, first=1, dim=2)[:, 0], [np.nan, 1, 1])
    assert np.isnan(placed([block], rows=1, first=2, dim=2)).all()


@pytest.mark.parametrize("block", [1, 7, 100])
def test_column_windows_start_where_they_are_told(block: int) -> None:
    columns = np.arange(100)[:, None]
    blocks = [columns[at : at + block] for at in range(0, 100, block)]
    windows = np.concatenate(list(column_windows(blocks, lambda frame: frame * 16 // 5, 20)))[:, :, 0]
    starts = [frame * 16 // 5 for frame in range(100) if frame * 16 // 5 + 20 <= 100]
    np.testing.assert_array_equal(windows, [np.arange(start, start + 20) for start in starts])
