"""A hand, a microphone or hair before one of the two mouths but not the other."""

from collections.abc import Sequence

import cv2
import numpy as np

from core.warp.sampling import shrunk
from core.warp.types import Floats

PATCH = 0.04
"""Size, in face sizes, of the smallest thing worth noticing."""

WORK_SIDE = 160
"""Pixels a side at which it is looked for."""

MOST_DIFFERENCE = 16.0
"""ΔE*ab (CIE 1976) between two views of the same skin once aligned and matched in light.

Mouths moved by up to 120 ms in eight training clips: half below 3, one in ten above 5 to 11, 14 at most.
"""


AT_ONCE = 2.0
"""Times as much that is believed of one frame alone."""

NEIGHBOURS = 2


def hidden(differences: Sequence[float], at: int) -> bool:
    """Whether frame ``at`` of a run shows something before one of its two mouths.

    What covers a mouth stays for some frames; a single one in which fast lips are badly met does not count,
    for a face that falls back to its own mouth for one frame is worse.
    """
    near = differences[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
    return differences[at] > AT_ONCE * MOST_DIFFERENCE or float(np.median(near)) > MOST_DIFFERENCE


def difference(target: Floats, donor: Floats, ring: Floats, face: float) -> float:
    """The largest ΔE*ab between two (h, w, 3) L*a*b* views of a face over patches of the ring (h, w)."""
    height, width = ring.shape
    zoom = min(1.0, WORK_SIDE / max(height, width))
    size = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    apart = np.linalg.norm(shrunk(target - donor, *size), axis=2).astype(np.float32)
    sigma = max(1.0, PATCH * face * zoom)
    here = (shrunk(ring, *size) > 0.5).astype(np.float32)
    total = cv2.GaussianBlur(apart * here, (0, 0), sigma)
    share = cv2.GaussianBlur(here, (0, 0), sigma)
    inside = here > 0
    return float((total[inside] / share[inside]).max(initial=0.0))
