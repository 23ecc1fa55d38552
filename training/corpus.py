"""The cached training clips: mouth crops with a margin, lip and jaw points, log-mel columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.features import COLUMNS_PER_FRAME
from liptune.core.engines.lite.crop import HEIGHT, WIDTH
from training.kept import Kept

CROP_HEIGHT = 64
CROP_WIDTH = 104


@dataclass(frozen=True)
class Corpus(Kept):
    """Clips laid end to end; clip i spans frames ``first[i]`` … ``first[i] + length[i] - 1``.

    ``crops``: (N, CROP_HEIGHT, CROP_WIDTH) uint8, the engine's crop with a margin. ``points``: (N, P, 2)
    float32. ``mel``: (4·N, mels) float32. ``source``: index of the data set, ``speaker``: of the person.
    ``delay``: frames by which the clip's sound is late.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    source: NDArray[np.int64]
    speaker: NDArray[np.int64]
    delay: NDArray[np.float64]
    crops: NDArray[np.uint8]
    points: NDArray[np.float32]
    mel: NDArray[np.float32]

    def columns(self, clip: int) -> NDArray[np.float32]:
        """The clip's log-mel, (4·length, mels)."""
        start = COLUMNS_PER_FRAME * int(self.first[clip])
        return self.mel[start : start + COLUMNS_PER_FRAME * int(self.length[clip])]

    def mouths(self, frames: NDArray[np.int64] | slice) -> NDArray[np.float32]:
        """The engine's own crops of these frames, without the margin: (n, HEIGHT, WIDTH)."""
        top, left = (CROP_HEIGHT - HEIGHT) // 2, (CROP_WIDTH - WIDTH) // 2
        return self.crops[frames, top : top + HEIGHT, left : left + WIDTH].astype(np.float32)
