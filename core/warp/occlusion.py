"""Detects something that hides one of the two mouths, such as a hand or a microphone."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.types import Floats

PATCH = 0.04
"""Size, in face sizes, of the smallest thing worth noticing."""

SKIN_REACH = 0.06
NECK_REACH = 0.03
"""How far, in face sizes, shadows on the chin and what is under it move without the head."""

MOST_DIFFERENCE = 7.0
"""ΔE*ab (CIE 1976) that no shift explains.

Mouths moved by 120 ms in fifty training clips: 0.1 % above. With something painted before one of the two: a
flat hand of about the speaker's own colour 86 to 98 %, a microphone before the chin all, a finger 71 %.
"""

AT_ONCE = 2.0
"""Times as much that is believed of one frame alone."""

NEIGHBOURS = 2


def hidden(differences: Sequence[float], at: int, most: float = MOST_DIFFERENCE) -> bool:
    """Whether frame ``at`` of a run shows something before one of its two mouths; ``most``: that is believed.

    What covers a mouth stays for some frames; a single one in which fast lips are badly met does not count,
    for a face that falls back to its own mouth for one frame is worse.
    """
    near = differences[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
    return differences[at] > AT_ONCE * most or float(np.median(near)) > most


def difference(
    target: Floats, donor: Floats, areas: Iterable[tuple[NDArray[np.bool_], float]], face: float
) -> float:
    """The largest ΔE*ab of a patch from the range of the patches near its place in the other picture.

    ``target``, ``donor``: (h, w, 3) L*a*b*, aligned and matched in light. ``areas``: (h, w) where to look,
    and how many pixels away a place is near there.
    """
    sigma = max(1.0, PATCH * face)
    step = max(1, int(sigma / 2))
    one, other = (_patches(each, sigma, step) for each in (target, donor))
    found = [
        _beyond(these, those, reach / step)[where[::step, ::step]]
        for where, reach in areas
        for these, those in ((one, other), (other, one))
    ]
    return float(np.sqrt(max(np.square(each).sum(axis=1).max(initial=0.0) for each in found)))


def _patches(image: Floats, sigma: float, step: int) -> Floats:
    """Means about each pixel; only every so many-th, for they are smooth."""
    return np.ascontiguousarray(cv2.GaussianBlur(image, (0, 0), sigma)[::step, ::step], np.float32)


def _beyond(patches: Floats, others: Floats, reach: float) -> Floats:
    """(h, w, 3) how far each patch lies beyond what the others take on within the reach."""
    near = np.ones((2 * max(1, round(reach)) + 1,) * 2, np.uint8)
    over = cv2.subtract(patches, cv2.dilate(others, near))
    under = cv2.subtract(cv2.erode(others, near), patches)
    return np.asarray(np.maximum(np.maximum(over, under), 0), np.float32)
