"""Fits what tells p, b and m from the sound: ``python -m training.bilabials``.

Synthetic speech has the time of every phoneme: espeak-ng says some sentences in several voices and languages,
with noise of several levels, and a logistic regression with a penalty learns when the lips meet. Two voices
are held out for the figure that is printed; the weights are of all. Needs espeak-ng; takes a minute.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.signal import resample_poly
from scipy.special import expit

from liptune.core.articulation.bilabials import AFTER, BEFORE, WEIGHTS, padded
from liptune.core.articulation.hearing import levelled_mel
from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.media.types import ANALYSIS_FPS, SAMPLE_RATE
from samples.speech import Phoneme, Speech, speak_each
from training.articulation.sentences import Sentence, sentences
from training.articulation.validation import auroc

BILABIALS = ("p", "b", "m")
LEAST_SECONDS = 0.015
"""Of a frame, during which the lips meet."""

QUIETEST, LOUDEST = -4.3, -2.6
"""Decimal logarithms of the noise's amplitude."""

SLOWEST, FASTEST = 120, 190
HELD_OUT = (b"en-gb+m3", b"fr-fr+f4")
PENALTY = 1000.0
STEPS = 12
STILL = 1e-3
"""Of a column's spread, so that one without any is left out."""

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Said:
    """(T, BEFORE + AFTER, bands) around each frame, and (T,) whether the lips meet in it."""

    voice: bytes
    around: Rows
    meet: NDArray[np.bool_]


def said(sentence: Sentence, speech: Speech, noise: np.random.Generator) -> Said:
    """What is heard of a sentence."""
    samples = resample_poly(speech.samples, SAMPLE_RATE, speech.rate)
    noisy = samples + noise.normal(0, 10 ** noise.uniform(QUIETEST, LOUDEST), len(samples))
    bands = padded(levelled_mel(noisy.astype(np.float32)))
    frames = (len(bands) - BEFORE - AFTER) // COLUMNS_PER_FRAME
    windows = [
        bands[at : at + COLUMNS_PER_FRAME * frames : COLUMNS_PER_FRAME] for at in range(BEFORE + AFTER)
    ]
    return Said(sentence.voice, np.stack(windows, axis=1), meeting(speech.phonemes, frames))


def meeting(phonemes: Sequence[Phoneme], frames: int) -> NDArray[np.bool_]:
    """(T,) the frames in which lips meet for long enough."""
    begins = np.arange(frames) / ANALYSIS_FPS
    met = np.zeros(frames)
    for each in phonemes:
        if each.name in BILABIALS:
            overlap = np.minimum(begins + 1 / ANALYSIS_FPS, each.end) - np.maximum(begins, each.start)
            met = np.maximum(met, overlap)
    return np.asarray(met > LEAST_SECONDS)


def fitted(each: Sequence[Said]) -> tuple[Rows, float]:
    """(BEFORE + AFTER, bands) slopes, and the bias: Newton's method on the penalised likelihood."""
    rows = np.concatenate([one.around for one in each]).astype(np.float64)
    shape, rows = rows.shape[1:], rows.reshape(len(rows), -1)
    middle, scale = rows.mean(0), rows.std(0) + STILL
    inputs = np.column_stack([(rows - middle) / scale, np.ones(len(rows))])
    targets = np.concatenate([one.meet for one in each])
    penalty = np.diag([PENALTY] * rows.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        chance = expit(inputs @ weights)
        slope = inputs.T @ (chance - targets) + penalty @ weights
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + penalty
        weights -= np.linalg.solve(bend, slope)
    slopes = weights[:-1] / scale
    return slopes.reshape(shape).astype(np.float32), float(weights[-1] - middle @ slopes)


def told_apart(each: Sequence[Said], slopes: Rows, bias: float) -> float:
    """The area under the curve of telling when lips meet."""
    odds = [np.tensordot(one.around, slopes, 2) + bias for one in each]
    return auroc(np.concatenate([one.meet for one in each]), np.concatenate(odds).astype(np.float32))


def main() -> None:
    """Fits the weights, prints the figure, and writes them into the package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    asked, chance = sentences(), np.random.default_rng(0)
    spoken = [(one.text, one.voice, int(chance.integers(SLOWEST, FASTEST))) for one in asked]
    each = [said(*pair, chance) for pair in zip(asked, speak_each(spoken), strict=True)]
    learnt, unheard = ([one for one in each if (one.voice in HELD_OUT) is held] for held in (False, True))
    print(f"voices held out: {told_apart(unheard, *fitted(learnt)):.3f}")
    slopes, bias = fitted(each)
    save_file({"slopes": slopes, "bias": np.array([bias], np.float32)}, given.weights)


if __name__ == "__main__":
    main()
