"""What the search looks at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.sync.band import Floats


@dataclass(frozen=True)
class Clip:
    """The active speaker's embeddings and the sound's, on one clock of T analysis frames.

    ``video``, ``audio``: (T, D), NaN where missing. ``cuts``: first frames of all shots but the first.
    ``evident``: the score of the whole clip stands above chance (`core.sync.score`). ``loudness``: (T,) dB of
    the sound, None where it is not known.
    """

    video: Floats
    audio: Floats
    cuts: NDArray[np.int64]
    evident: bool
    loudness: NDArray[np.floating] | None = None

    @property
    def frames(self) -> int:
        """T."""
        return len(self.video)

    @property
    def seen(self) -> int:
        """Frames with the speaker's lips."""
        return int(np.isfinite(self.video).all(axis=1).sum())
