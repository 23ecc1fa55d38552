"""What is as good without a network: ridge regression and the nearest neighbour on the training clips."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.hearing import heard_in
from liptune.core.articulation.network import SOUND_REACH
from liptune.core.engines.features import COLUMNS_PER_FRAME, N_MELS
from training.articulation.basis import symmetric
from training.articulation.examples import Examples

DIRECTIONS = 100
"""Principal components of a window in which neighbours are sought."""

PENALTIES = 10.0 ** np.arange(1, 7)
Rows = NDArray[np.float32]


def windows(mel: Rows) -> Rows:
    """(4T, mels) to (T, 25 · mels): the columns of each frame averaged, with those of 12 frames around."""
    frames = mel.reshape(-1, COLUMNS_PER_FRAME, N_MELS).mean(1)
    padded = np.pad(frames, ((SOUND_REACH, SOUND_REACH), (0, 0)), mode="edge")
    return np.concatenate([padded[at : at + len(frames)] for at in range(2 * SOUND_REACH + 1)], axis=1)


@dataclass(frozen=True)
class Rivals:
    """``middle``, ``scale``: of windows. ``slopes``: (inputs, outputs) of the ridge, of the scaled.

    ``directions``: (inputs, DIRECTIONS). ``places``: (N, DIRECTIONS) of the training frames, ``moved``:
    (N, P · 2) how their faces had moved, in their reach.
    """

    middle: Rows
    scale: Rows
    slopes: Rows
    directions: Rows
    places: Rows
    moved: Rows
    penalty: float

    def ridge(self, samples: Rows) -> Rows:
        """(T, P, 2) moved from the mean, in the speaker's reach."""
        return np.asarray((self._scaled(samples) @ self.slopes).reshape(-1, self.moved.shape[1] // 2, 2))

    def neighbour(self, samples: Rows) -> Rows:
        """The same by the training frame that sounds most alike."""
        places = self._scaled(samples) @ self.directions
        lengths = np.square(self.places).sum(1)
        blocks = [
            (lengths - 2 * places[at : at + 256] @ self.places.T).argmin(1)
            for at in range(0, len(places), 256)
        ]
        return np.asarray(self.moved[np.concatenate(blocks)].reshape(len(places), -1, 2))

    def _scaled(self, samples: Rows) -> Rows:
        return np.asarray((windows(heard_in(samples).mel) - self.middle) / self.scale, np.float32)


def fitted(told: Examples, training: NDArray[np.int64], held_out: NDArray[np.int64]) -> Rivals:
    """On the training clips; how much the ridge is held back is chosen on people held out."""
    inputs, outputs = _rows(told, training)
    middle, scale = inputs.mean(0), inputs.std(0) + np.float32(1e-3)
    inputs = (inputs - middle) / scale
    gram, answers = inputs.T @ inputs, inputs.T @ outputs
    tests, truths = _rows(told, held_out)
    tests = (tests - middle) / scale
    solutions = [np.linalg.solve(gram + each * np.eye(len(gram)), answers) for each in PENALTIES]
    errors = [np.square(tests @ slopes - truths).mean() for slopes in solutions]
    best = int(np.argmin(errors))
    directions = np.linalg.eigh(gram)[1][:, -DIRECTIONS:].astype(np.float32)
    slopes = solutions[best].astype(np.float32)
    return Rivals(middle, scale, slopes, directions, inputs @ directions, outputs, float(PENALTIES[best]))


def _rows(told: Examples, clips: NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Windows, and how the face had moved, of every frame of the clips in which it is known."""
    inputs, outputs = [], []
    for clip in clips:
        span = told.corpus.frames(int(clip))
        known = told.known[span]
        inputs.append(windows(told.columns(int(clip)))[known])
        moved = symmetric(told.moved[span][known]) / told.reach[clip]
        outputs.append(moved.reshape(len(moved), -1))
    return np.concatenate(inputs), np.concatenate(outputs)
