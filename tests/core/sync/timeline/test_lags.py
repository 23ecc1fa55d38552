import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.sync.timeline import lags as module
from liptune.core.sync.timeline.lags import Lags, Pair, lags_of
from tests.core.sync.synthetic import pair

REACH = 40


def compared(video: NDArray[np.float32], audio: NDArray[np.float32], **line: float) -> Lags:
    return lags_of(Pair(lambda a, b: video[a:b], 0, len(video), audio, 1.3), REACH, **line)


def peak(lags: Lags) -> int:
    return int(lags.relief.sum(axis=0).argmax()) - REACH


@pytest.mark.parametrize("lag", [-33, -4, 0, 12, 35])
def test_the_true_lag_stands_out(lag: int) -> None:
    made = pair(400, signal=0.7)
    audio = np.full_like(made.audio, np.nan, shape=(480, 64))
    begin = max(lag, 0)
    audio[begin : begin + 400 + min(lag, 0)] = made.audio[max(-lag, 0) :]
    assert peak(compared(made.video, audio)) == lag


def test_every_pair_is_counted_once() -> None:
    made = pair(103, signal=0.7)
    made.video[20:31] = np.nan
    made.audio[70:75] = np.nan
    lags = compared(made.video, made.audio)
    seen = np.asarray(np.isfinite(made.video).all(axis=1))
    heard = np.asarray(np.isfinite(made.audio).all(axis=1))
    for lag in (-40, -7, 0, 19, 40):
        moments = np.arange(103)
        sound = moments + lag
        there = (sound >= 0) & (sound < 103)
        there[there] = seen[moments[there]] & heard[sound[there]]
        assert lags.pairs[:, REACH + lag].sum() == there.sum()
        assert lags.pairs[3, REACH + lag] == there[15:20].sum()


def test_tiles_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    made = pair(333, signal=0.5)
    whole = compared(made.video, made.audio).relief
    monkeypatch.setattr(module, "TILE_FRAMES", 35)
    np.testing.assert_allclose(compared(made.video, made.audio).relief, whole, atol=1e-3)


def test_a_moment_that_is_near_to_everything_says_nothing() -> None:
    made = pair(300, signal=0.0)
    plain = compared(made.video, made.audio).relief
    made.video[100:150] = made.audio.mean(axis=0)
    near = compared(made.video, made.audio).relief
    assert np.abs(near[20:30].sum(axis=0)).max() < 2 * np.abs(plain[20:30].sum(axis=0)).max()


def test_lags_can_be_counted_along_a_line() -> None:
    rng = np.random.default_rng(3)
    shared = rng.standard_normal((2000, 32)).astype(np.float32)
    video = shared[(np.arange(600) * 1.05 + 60).astype(int)]
    lags = compared(video, shared, origin=50.0, slope=0.05)
    assert peak(lags) == 10
    assert lags.relief.sum(axis=0).max() > 5 * compared(video, shared).relief.sum(axis=0).max()


def test_a_long_search_keeps_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SUMS", 81 * 20)
    made = pair(400, signal=0.7, offset=3)
    lags = compared(made.video, made.audio)
    assert lags.blocks <= 20
    assert lags.block_frames == 20
    assert peak(lags) == -3


def test_a_block_begins_with_the_cut_that_is_near() -> None:
    sums = np.zeros((20, 31), np.float32)
    lags = Lags(sums, sums, 5, cuts=np.array([-3, 2, 48, 51, 73, 99, 400]))
    assert lags.cut_blocks.tolist() == [10, 15]
    assert [lags.begin(block) for block in (0, 9, 10, 11, 15, 20)] == [0, 45, 48, 55, 73, 100]
