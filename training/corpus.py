"""The cached training clips: mouth crops with a margin, lip and jaw points, log-mel columns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.engines.lite.crop import HEIGHT, WIDTH

CROP_HEIGHT = 64
CROP_WIDTH = 104


@dataclass(frozen=True)
class Corpus:
    """Clips laid end to end; clip i spans frames ``first[i]`` … ``first[i] + length[i] - 1``.

    ``crops``: (N, CROP_HEIGHT, CROP_WIDTH) uint8, the engine's crop with a margin. ``points``: (N, P, 2)
    float32. ``mel``: (4·N, mels) float32. ``source``: index of the data set, ``speaker``: of the person.
    ``delay``: frames by which the clip's sound is late.
    """

    names: tuple[str, ...]
    first: NDArray[np.int64]
    length: NDArray[np.int64]
    source: NDArray[np.int64]
    speaker: NDArray[np.int64]
    delay: NDArray[np.float64]
    crops: NDArray[np.uint8]
    points: NDArray[np.float32]
    mel: NDArray[np.float32]

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

    def columns(self, clip: int) -> NDArray[np.float32]:
        """The clip's log-mel, (4·length, mels)."""
        start = COLUMNS_PER_FRAME * int(self.first[clip])
        return self.mel[start : start + COLUMNS_PER_FRAME * int(self.length[clip])]

    def mouths(self, frames: NDArray[np.int64] | slice) -> NDArray[np.float32]:
        """The engine's own crops of these frames, without the margin: (n, HEIGHT, WIDTH)."""
        top, left = (CROP_HEIGHT - HEIGHT) // 2, (CROP_WIDTH - WIDTH) // 2
        return self.crops[frames, top : top + HEIGHT, left : left + WIDTH].astype(np.float32)
