from pathlib import Path

import numpy as np
import pytest

from liptune.core.sync.published import published_scores

GOLDEN = np.load(Path(__file__).with_name("golden_band.npz"))


def test_scores_equal_the_published_code() -> None:
    scores = published_scores(GOLDEN["lip"], GOLDEN["aud"])
    assert scores is not None
    assert (scores.offset_frames, scores.windows) == (3, 60)
    assert scores.lse_d == pytest.approx(1.0462121, rel=1e-5)
    assert scores.lse_c == pytest.approx(1.6894931, rel=1e-5)


def test_rows_without_a_window_do_not_count() -> None:
    video = np.full((70, 16), np.nan, np.float32)
    audio = np.full((70, 16), np.nan, np.float32)
    video[2:62], audio[2:64] = GOLDEN["lip"], np.pad(GOLDEN["aud"], ((0, 2), (0, 0)), constant_values=9)
    assert published_scores(video, audio[:66]) == published_scores(GOLDEN["lip"], GOLDEN["aud"])


def test_nothing_published_speaks_of_gaps_or_of_nothing() -> None:
    video = GOLDEN["lip"].copy()
    video[30] = np.nan
    assert published_scores(video, GOLDEN["aud"]) is None
    assert published_scores(np.full_like(video, np.nan), GOLDEN["aud"]) is None
