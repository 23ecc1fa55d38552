"""Which frame gives each frame its mouth, and which frames are left as they are, and why."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.dub.costs import NEVER, candidates, goes_on
from liptune.core.dub.mouths import Mouths
from liptune.core.dub.search import cheapest
from liptune.core.dub.wanted import Wanted
from liptune.core.warp.types import Left


@dataclass(frozen=True)
class Cast:
    """``donors``: (M,) the mouth that each of the copy's frames gets: of a frame of the source, or of the
    gallery after all of these; of the one that it shows where ``left`` says why not."""

    donors: NDArray[np.int64]
    left: tuple[Left | None, ...]


def cast(
    mouths: Mouths, seen: NDArray[np.bool_], wanted: Wanted, seconds: NDArray[np.float64], closed: float
) -> Cast:
    """``seen``: (N,) whether a face is on screen at all. ``seconds``: (N,) when each frame was taken.
    ``closed``: the opening of the face's closed lips."""
    found = candidates(mouths, wanted, seconds, closed)
    sources = wanted.shown[found.frames]
    joined = np.r_[False, (np.diff(found.frames) == 1) & goes_on(sources, mouths)]
    picks, costs = cheapest(found, joined)
    donors, reached = wanted.shown.copy(), np.zeros(len(wanted.shown), np.bool_)
    donors[found.frames] = picks
    reached[found.frames] = (costs < NEVER) & ~_still(picks, joined)
    there, facing = seen[wanted.shown], mouths.track[wanted.shown] >= 0
    left = tuple(_why(*each) for each in np.stack([wanted.worked, there, facing, reached]).T.tolist())
    return Cast(np.where(reached, donors, wanted.shown), left)


def _still(picks: NDArray[np.int64], joined: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where nothing was left but the mouth of the frame before."""
    return np.asarray(np.r_[False, np.diff(picks) == 0][: len(picks)] & joined, np.bool_)


def _why(worked: bool, there: bool, facing: bool, near: bool, /) -> Left | None:
    if not worked:
        return Left.OUTSIDE
    if not there:
        return Left.NO_FACE
    if not facing:
        return Left.POSE
    return None if near else Left.SHAPE
