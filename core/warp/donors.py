"""Chooses which source frames may give each frame its mouth, or why a frame is left alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.types import TimeWarp
from liptune.core.retime.picks import picks
from liptune.core.warp.faces import FrameFaces
from liptune.core.warp.types import Left

REFINE_SECONDS = 0.041
"""How far from what the plan asks for a better donor is looked for: one analysis frame."""

FARTHEST_SECONDS = 1.2
"""Frames between here and there are held in memory, and a face changes with time."""


@dataclass(frozen=True)
class Wish:
    """The source frames that may give a frame its mouth; or why it is left alone.

    ``costs``: of each, in analysis frames of displacement.
    """

    candidates: tuple[int, ...] = ()
    costs: tuple[float, ...] = ()
    left: Left | None = None


@dataclass(frozen=True)
class Terms:
    """``pose_limit_degrees``: largest difference of pose. ``start``, ``end``: seconds to work on."""

    pose_limit_degrees: float
    start: float = 0.0
    end: float = np.inf


@dataclass(frozen=True)
class Chooser:
    """Finds donors among N source frames, which are shown at ``seconds``."""

    faces: FrameFaces
    seconds: NDArray[np.float64]
    terms: Terms

    def wishes(self, warp: TimeWarp, gains: NDArray[np.float64]) -> list[Wish]:
        """One for each frame. ``gains``: (T,) of each analysis frame, `core.warp.gain`."""
        wanted = picks(warp, self.seconds)
        frame = np.clip(np.rint(self.seconds * ANALYSIS_FPS), 0, len(gains) - 1).astype(np.int64)
        inside = (self.seconds >= self.terms.start) & (self.seconds < self.terms.end)
        worth = (gains[frame] > 0) & inside
        return [self._wish(at, int(wanted[at]), worth=bool(worth[at])) for at in range(len(wanted))]

    def _wish(self, at: int, wanted: int, *, worth: bool) -> Wish:
        track = self.faces.track
        if wanted == at:
            return Wish(left=Left.IN_TIME)
        if track[at] < 0:
            return Wish(left=Left.NO_FACE)
        if not worth:
            return Wish(left=Left.NO_GAIN)
        if abs(self.seconds[wanted] - self.seconds[at]) > FARTHEST_SECONDS:
            return Wish(left=Left.TOO_FAR)
        if track[wanted] != track[at]:
            return Wish(left=Left.NO_FACE if track[wanted] < 0 else Left.CUT)
        return self._near(at, wanted)

    def _near(self, at: int, wanted: int) -> Wish:
        limit, moment = self.terms.pose_limit_degrees, self.seconds[wanted]
        low, high = np.searchsorted(self.seconds, [moment - REFINE_SECONDS, moment + REFINE_SECONDS])
        near = np.arange(low, high)
        turned = np.abs(self.faces.pose[near] - self.faces.pose[at]).max(axis=1)
        fit = (self.faces.track[near] == self.faces.track[at]) & (near != at) & (turned <= limit)
        if not fit.any():
            return Wish(left=Left.POSE)
        late = np.abs(self.seconds[near] - moment) * ANALYSIS_FPS
        cost = late + turned / limit
        return Wish(tuple(near[fit].tolist()), tuple(cost[fit].tolist()))
