import numpy as np
import pytest

from liptune.core.articulation.bilabials import AFTER, BEFORE, POOLED, Bilabials, bundled, padded
from liptune.core.articulation.hearing import BILABIALS_SHARE, asked_by, heard_in
from liptune.core.articulation.weights import bundled as network
from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS

RANDOM = np.random.default_rng(6)
FRAMES = 30
MEL = RANDOM.normal(-3, 2, (COLUMNS_PER_FRAME * FRAMES, N_MELS)).astype(np.float32)


def test_the_odds_are_of_what_is_around_each_frame() -> None:
    slopes = RANDOM.normal(size=(BEFORE + AFTER, N_MELS // POOLED)).astype(np.float32)
    bands = padded(MEL)
    windows = [bands[COLUMNS_PER_FRAME * at :][: BEFORE + AFTER] for at in range(FRAMES)]
    odds = Bilabials(slopes, np.array([0.5], np.float32))(MEL)
    np.testing.assert_allclose(odds, [0.5 + (slopes * each).sum() for each in windows], rtol=1e-4)


def test_a_window_begins_before_its_frame() -> None:
    np.testing.assert_array_equal(padded(MEL)[BEFORE:-AFTER], padded(MEL)[BEFORE:][: len(MEL)])
    pooled = MEL.reshape(len(MEL), -1, POOLED).mean(-1)
    loud = pooled > pooled.mean()
    np.testing.assert_allclose(padded(MEL)[BEFORE:-AFTER][loud], pooled[loud], rtol=1e-6)


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_hardly_any_sound(frames: int) -> None:
    odds = bundled()(MEL[: COLUMNS_PER_FRAME * frames])
    assert odds.shape == (frames,)
    assert np.isfinite(odds).all()


def test_they_count_beside_what_the_network_says() -> None:
    heard = heard_in(RANDOM.normal(0, 0.1, 16_000).astype(np.float32))
    chance = network()(heard.mel, None, np.ones(25, np.bool_))[1]
    expected = np.log(chance / (1 - chance)) + BILABIALS_SHARE * bundled()(heard.mel)
    np.testing.assert_allclose(asked_by(heard, network(), prosody=False).closed, expected, atol=1e-3)
