"""Two engines of the same inputs as one, so that a second opinion costs no second look at the picture."""

from dataclasses import dataclass

import numpy as np

from liptune.core.engines.lite.branches import Embedding, Vectors
from liptune.core.engines.lite.engine import LiteEngine
from liptune.core.engines.lite.network import Valid


@dataclass(frozen=True)
class Both:
    """The vectors of two networks, the first's before the second's."""

    first: Embedding
    second: Embedding

    @property
    def dimension(self) -> int:
        """Numbers of both."""
        return self.first.dimension + self.second.dimension

    def visual(self, mouths: Vectors, points: Vectors, valid: Valid) -> Vectors:
        """As of either."""
        given = mouths, points, valid
        return np.concatenate([self.first.visual(*given), self.second.visual(*given)], axis=1)

    def audio(self, mel: Vectors, valid: Valid) -> Vectors:
        """As of either."""
        return np.concatenate([self.first.audio(mel, valid), self.second.audio(mel, valid)], axis=1)


def paired(first: LiteEngine, second: LiteEngine) -> LiteEngine:
    """An engine whose embeddings are those of both, side by side; no score can be taken from it as it is."""
    return LiteEngine(
        f"{first.id}+{second.id}",
        Both(first.network, second.network),
        f"{first.weights_sha256}+{second.weights_sha256}",
    )
