"""The shapes that all speakers share: principal components of how faces move."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.mouth import BROWS, JAW, LIPS, mirrored
from liptune.core.articulation.types import POINTS
from training.articulation.examples import Examples

COMPONENTS = 12
LIP_WEIGHT, JAW_WEIGHT, BROW_WEIGHT = 1.0, 0.5, 0.4


def weights() -> NDArray[np.float32]:
    """(P,) how much each point counts."""
    counted = np.zeros(len(POINTS), np.float32)
    for part, weight in ((LIPS, LIP_WEIGHT), (JAW, JAW_WEIGHT), (BROWS, BROW_WEIGHT)):
        counted[part] = weight
    return counted


def symmetric(moved: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, P, 2) without what differs between the face's sides, of which sound says nothing."""
    return np.asarray((moved + mirrored(moved)) / 2, np.float32)


def basis(told: Examples, clips: NDArray[np.int64]) -> NDArray[np.float32]:
    """(COMPONENTS, P · 2), scaled so that coefficients are of order one."""
    frames = np.concatenate([np.arange(span.start, span.stop) for span in map(told.corpus.frames, clips)])
    reach = np.repeat(told.reach, told.corpus.length)[frames]
    moved = symmetric(told.moved[frames]) / reach[:, None, None]
    counted = np.sqrt(weights())[:, None]
    rows = (moved[told.known[frames]] * counted).reshape(-1, 2 * len(counted)).clip(-6, 6)
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    scaled = directions * (sizes / np.sqrt(len(rows)))[:, None]
    shares = np.cumsum(sizes**2) / np.sum(sizes**2)
    print(f"{COMPONENTS} shapes tell {shares[COMPONENTS - 1]:.1%} of the symmetric movement")
    unweighted = scaled[:COMPONENTS].reshape(COMPONENTS, -1, 2) / counted
    return np.asarray(unweighted.reshape(COMPONENTS, -1), np.float32)
