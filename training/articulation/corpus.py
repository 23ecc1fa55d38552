"""The cached training clips: landmarks, sound, and by how much each clip's own sound is late."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import SAMPLES_PER_FRAME
from training.kept import Kept

FULL_SCALE = 32767


@dataclass(frozen=True)
class Corpus(Kept):
    """Clips laid end to end; clip i spans frames ``first[i]`` … ``first[i] + length[i] - 1``.

    ``landmarks``: (N, 68, 2) float32 pixels, NaN where the face is not seen. ``samples``: (640·N,) int16 at
    16 kHz. ``seen``, ``heard``: (N, D) float16 embeddings of `lite`. ``source``: index of the data set,
    ``speaker``: of the person.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    source: NDArray[np.int64]
    speaker: NDArray[np.int64]
    landmarks: NDArray[np.float32]
    samples: NDArray[np.int16]
    seen: NDArray[np.float16]
    heard: NDArray[np.float16]

    def frames(self, clip: int) -> slice:
        """The clip's rows of the arrays that have one a frame."""
        return slice(int(self.first[clip]), int(self.first[clip] + self.length[clip]))

    def sound(self, clip: int) -> NDArray[np.float32]:
        """The clip's samples, (640·T,) in -1 … 1."""
        frames = self.frames(clip)
        samples = self.samples[frames.start * SAMPLES_PER_FRAME : frames.stop * SAMPLES_PER_FRAME]
        return samples.astype(np.float32) / np.float32(FULL_SCALE)
