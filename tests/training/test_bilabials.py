"""What tells p, b and m from the sound."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from liptune.core.media.types import ANALYSIS_FPS
from samples.speech import Phoneme
from training.bilabials import PENALTY, STILL, Said, fitted, meeting, told_apart

FRAME = 1 / ANALYSIS_FPS
RANDOM = np.random.default_rng(3)
TRUE = RANDOM.normal(size=(3, 4))


def heard(frames: int) -> Said:
    around = RANDOM.normal(size=(frames, 3, 4)).astype(np.float32) * np.float32(2)
    chance = 1 / (1 + np.exp(1 - (around * TRUE).sum((1, 2))))
    return Said(b"", around, RANDOM.random(frames) < chance)


def inputs(said: Said) -> NDArray[np.float64]:
    rows = said.around.reshape(len(said.around), -1).astype(np.float64)
    return np.asarray((rows - rows.mean(0)) / (rows.std(0) + STILL))


def test_nothing_is_likelier_under_the_penalty() -> None:
    said = heard(4000)
    slopes, bias = fitted([said])
    rows, signs = inputs(said), np.where(said.meet, 1.0, -1.0)

    def unlikely(weights: NDArray[np.float64]) -> float:
        odds = rows @ weights[:-1] + weights[-1]
        return float(np.logaddexp(0, -signs * odds).sum() + PENALTY / 2 * np.square(weights[:-1]).sum())

    best = minimize(unlikely, np.zeros(rows.shape[1] + 1), tol=1e-8).x
    odds = np.tensordot(said.around, slopes, 2) + bias
    np.testing.assert_allclose(odds, rows @ best[:-1] + best[-1], atol=1e-3)


def test_what_was_not_heard_is_told_apart() -> None:
    slopes, bias = fitted([heard(3000), heard(3000)])
    assert told_apart([heard(2000)], slopes, bias) > 0.9


def test_lips_meet_in_the_frames_of_a_bilabial() -> None:
    spoken = [
        Phoneme("m", 2.0 * FRAME, 3.5 * FRAME),
        Phoneme("a", 3.5 * FRAME, 6.0 * FRAME),
        Phoneme("p", 6.9 * FRAME, 8.0 * FRAME),
        Phoneme("t", 9.0 * FRAME, 10.0 * FRAME),
    ]
    assert np.flatnonzero(meeting(spoken, 12)).tolist() == [2, 3, 7]
