"""The search space of paths: a grid of displacements at knots, and what each stretch between them costs.

A path is straight between knots, a few frames apart. Its state at a knot is the displacement there and the
step to the next knot, so that both a change of displacement and a change of speed can be weighed.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

FORBIDDEN = -np.inf
SLOWEST = 0.5


@dataclass(frozen=True)
class PathPrior:
    """What a plausible warp looks like. Displacements are in analysis frames, penalties in nats.

    ``radius``: largest displacement. ``resolution``: between neighbouring displacements. ``knot_frames``:
    between knots. ``smoothness``: per squared change of displacement in a frame, each frame. ``inertia``: per
    squared change of that between knots. ``pull``: per squared displacement, each frame; it wins where there
    is no evidence. ``max_hold_frames``: how often a source frame may be shown in a row.
    """

    radius: float = 3.0
    resolution: float = 0.25
    knot_frames: float = 4.0
    smoothness: float = 0.3
    inertia: float = 10.0
    pull: float = 0.003
    max_hold_frames: int = 2

    @property
    def displacements(self) -> NDArray[np.float64]:
        """All displacements, ascending, 0 in the middle."""
        side = int(np.floor(self.radius / self.resolution + 1e-9))
        return np.asarray(np.arange(-side, side + 1) * self.resolution, np.float64)

    @property
    def fastest_change(self) -> float:
        """The largest change of displacement in a frame, the same in both directions.

        Were speeding up allowed further than slowing down, no evidence would not mean no motion.
        """
        return 1.0 - max(SLOWEST, 1.0 / self.max_hold_frames)


@dataclass(frozen=True)
class Lattice:
    """One shot's search space, or several of the same length side by side.

    ``log_likelihood``: (…, n, m), one row for each frame and one column for each displacement. ``prior``:
    weighs the paths.
    """

    log_likelihood: NDArray[np.float64]
    prior: PathPrior

    @property
    def frames(self) -> int:
        """n."""
        return int(self.log_likelihood.shape[-2])

    @property
    def columns(self) -> int:
        """m."""
        return int(self.log_likelihood.shape[-1])

    @cached_property
    def segments(self) -> int:
        """Number of stretches between knots."""
        return max(1, round((self.frames - 1) / self.prior.knot_frames))

    @cached_property
    def segment_frames(self) -> float:
        """Frames between knots: near the prior's, and such that the last knot is the last frame."""
        return max(self.frames - 1, 1) / self.segments

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """Allowed changes of displacement between knots, in units of the resolution, ascending."""
        unit = self.prior.resolution / self.segment_frames
        most = int(np.floor(self.prior.fastest_change / unit + 1e-9))
        return np.arange(-most, most + 1)

    @cached_property
    def speeds(self) -> NDArray[np.float64]:
        """The steps as displacement per frame."""
        return np.asarray(self.steps * (self.prior.resolution / self.segment_frames), np.float64)

    @cached_property
    def turns(self) -> Scores:
        """What following one step by another costs, (S, S), as a log-weight."""
        return -self.prior.inertia * (self.speeds[:, None] - self.speeds) ** 2

    @cached_property
    def targets(self) -> NDArray[np.int64]:
        """Column reached from each column by each step, (m, S); -1 or m and beyond: outside."""
        return np.arange(self.columns)[:, None] + self.steps

    def open(self, _segment: int) -> NDArray[np.bool_]:
        """Which steps out of a knot stay in the lattice, (m, S)."""
        return np.asarray((self.targets >= 0) & (self.targets < self.columns))

    def scores(self, segment: int) -> Scores:
        """Log-weight of each displacement and step out of a knot, (…, m, S); -inf where it may not go."""
        return np.where(self.open(segment), self._evidence(segment) - self._penalty(), FORBIDDEN)

    def _penalty(self) -> Scores:
        here = self.prior.pull * self.prior.displacements**2
        return self.segment_frames * (here[:, None] + self.prior.smoothness * self.speeds**2)

    def _evidence(self, segment: int) -> Scores:
        """The log-likelihood summed along each straight stretch, linear between displacements."""
        begin = segment * self.segment_frames
        first, last = int(np.ceil(begin - 1e-9)), int(np.ceil(begin + self.segment_frames - 1e-9))
        if segment == self.segments - 1:
            last = self.frames
        frames = np.arange(first, last)
        columns = self.columns
        share = (frames - begin) / self.segment_frames
        at = np.clip(np.arange(columns)[None, :, None] + share[:, None, None] * self.steps, 0, columns - 1)
        left = np.minimum(at.astype(np.int64), max(columns - 2, 0))
        part = at - left
        rows = np.arange(len(frames))[:, None, None]
        values = self.log_likelihood[..., first:last, :]
        right = np.minimum(left + 1, columns - 1)
        return np.asarray(
            ((1 - part) * values[..., rows, left] + part * values[..., rows, right]).sum(axis=-3)
        )
