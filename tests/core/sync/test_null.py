import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.sync.band import Floats, distance_band
from liptune.core.sync.evidence import evidence
from liptune.core.sync.null import ChanceModel, chance_model, unrelated
from liptune.core.sync.profile import profile
from tests.core.sync.synthetic import pair


def _chance(video: Floats, audio: Floats) -> tuple[ChanceModel, float]:
    def values(turn: int) -> NDArray[np.float32]:
        return evidence(distance_band(video, audio, turn=turn).values)

    measured = profile(values(0))
    model = chance_model(values, len(audio), measured, len(video))
    return model, model.confidence(measured)


def test_draws_never_hold_the_true_pairing() -> None:
    rows = np.arange(200.0)[:, None]
    for sound in unrelated(rows, 200):
        lags = (sound[:, 0] - np.arange(200)) % 200
        assert np.minimum(lags, 200 - lags).min() > 15


@pytest.mark.one_in(7)
@pytest.mark.parametrize("memory", [0.0, 2.0, 6.0])
@pytest.mark.parametrize("frames", [20, 50, 125, 400])
def test_chance_passes_the_threshold_as_seldom_as_asked(frames: int, memory: float) -> None:
    passed = 0
    for seed in range(40):
        unrelated_pair = pair(frames, signal=0, seed=seed, memory=memory, dimensions=24)
        model, confidence = _chance(unrelated_pair.video, unrelated_pair.audio)
        passed += confidence > model.threshold(1e-3)
    assert passed <= 1


@pytest.mark.one_in(2)
@pytest.mark.parametrize("frames", [150, 400])
def test_draws_are_like_unrelated_sound(frames: int) -> None:
    found = []
    for seed in range(60):
        unrelated_pair = pair(frames, signal=0, seed=seed, dimensions=24)
        model, confidence = _chance(unrelated_pair.video, unrelated_pair.audio)
        found.append((confidence, model.null.mean))
    confidences, means = np.array(found).T
    assert means.mean() == pytest.approx(confidences.mean(), rel=0.2)


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("frames", "signal"), [(50, 0.7), (125, 0.5), (500, 0.3)])
def test_speech_that_belongs_passes(frames: int, signal: float) -> None:
    for seed in range(10):
        related = pair(frames, signal=signal, seed=seed)
        model, confidence = _chance(related.video, related.audio)
        assert confidence > model.threshold(1e-3)


def test_constant_embeddings_have_no_confidence() -> None:
    rows = np.ones((60, 8), np.float32)
    model, confidence = _chance(rows, rows)
    assert confidence == 0
    assert model.null.p95 == 0
