"""The cached training clips: landmarks, sound, and by how much each clip's own sound is late."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import SAMPLES_PER_FRAME

FULL_SCALE = 32767


@dataclass(frozen=True)
class Corpus:
    """Clips laid end to end; clip i spans frames ``first[i]`` … ``first[i] + length[i] - 1``.

    ``landmarks``: (N, 68, 2) float32 pixels, NaN where the face is not seen. ``samples``: (640·N,) int16 at
    16 kHz. ``seen``, ``heard``: (N, D) float16 embeddings of `lite`. ``source``: index of the data set,
    ``speaker``: of the person.
    """

    names: tuple[str, ...]
    first: NDArray[np.int64]
    length: NDArray[np.int64]
    source: NDArray[np.int64]
    speaker: NDArray[np.int64]
    landmarks: NDArray[np.float32]
    samples: NDArray[np.int16]
    seen: NDArray[np.float16]
    heard: NDArray[np.float16]

    def save(self, folder: Path) -> None:
        """Writes one .npy per array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.__dataclass_fields__:
            np.save(folder / f"{name}.npy", np.asarray(getattr(self, name)))

    @classmethod
    def load(cls, folder: Path) -> "Corpus":
        """Reads what ``save`` wrote."""
        arrays = {name: np.load(folder / f"{name}.npy") for name in cls.__dataclass_fields__}
        return cls(**{**arrays, "names": tuple(arrays["names"].tolist())})

    def frames(self, clip: int) -> slice:
        """The clip's rows of the arrays that have one a frame."""
        return slice(int(self.first[clip]), int(self.first[clip] + self.length[clip]))

    def sound(self, clip: int) -> NDArray[np.float32]:
        """The clip's samples, (640·T,) in -1 … 1."""
        frames = self.frames(clip)
        samples = self.samples[frames.start * SAMPLES_PER_FRAME : frames.stop * SAMPLES_PER_FRAME]
        return samples.astype(np.float32) / np.float32(FULL_SCALE)
