"""The displacement at every frame of a clip, (n,), with the least expected error, found shot by shot."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.lattice import FORBIDDEN, Lattice, PathPrior, Scores
from liptune.core.plan.search import posterior, total_weight, viterbi


@dataclass(frozen=True)
class Path:
    """``displacements``: (n,) frames that the picture must be advanced by. ``confidence``: (n,) probability
    that the truth is within a frame of it.
    """

    displacements: NDArray[np.float64]
    confidence: NDArray[np.float64]


@dataclass(frozen=True)
class RiskLattice(Lattice):
    """The same moves, weighed by the error to be expected: the second pass.

    ``risk``: (segments + 1, m), the expected squared error of each displacement at each knot. Frame a may
    only show what the shot has, source frames 0 … n - 1.
    """

    risk: Scores

    @cached_property
    def turns(self) -> Scores:
        """Every turn is free: the first pass has weighed them."""
        return np.zeros((len(self.steps), len(self.steps)))

    def open(self, segment: int) -> NDArray[np.bool_]:
        """Which steps out of a knot stay in the lattice and in the shot, (m, S)."""
        inside = super().open(segment) & self._within(segment)[:, None]
        return inside & self._within(segment + 1)[np.clip(self.targets, 0, self.columns - 1)]

    def _within(self, knot: int) -> NDArray[np.bool_]:
        shown = min(knot * self.segment_frames, self.frames - 1) + self.prior.displacements
        return np.asarray((shown >= -1e-9) & (shown <= self.frames - 1 + 1e-9))

    def scores(self, segment: int) -> Scores:
        """Half of the expected error at either end, negative."""
        reach = np.clip(self.targets, 0, self.columns - 1)
        cost = 0.5 * (self.risk[segment][:, None] + self.risk[segment + 1][reach])
        return np.where(self.open(segment), -cost, FORBIDDEN)


def best_path(log_likelihood: NDArray[np.float64], prior: PathPrior, cuts: NDArray[np.int64]) -> Path:
    """The path with the least expected squared error, restarted at every cut.

    ``log_likelihood``: (n, m) for the prior's m displacements. ``cuts``: first frames of shots.
    """
    inside = [int(cut) for cut in cuts if 0 < cut < len(log_likelihood)]
    parts = [_shot(shot, prior) for shot in np.split(log_likelihood, inside) if len(shot)]
    return Path(
        np.concatenate([p.displacements for p in parts]), np.concatenate([p.confidence for p in parts])
    )


def _shot(log_likelihood: NDArray[np.float64], prior: PathPrior) -> Path:
    lattice = Lattice(log_likelihood, prior)
    marginals, _ = posterior(lattice)
    risk = marginals @ (prior.displacements[:, None] - prior.displacements) ** 2
    columns, _ = viterbi(RiskLattice(log_likelihood, prior, risk))
    chosen = prior.displacements[columns]
    near = np.abs(chosen[:, None] - prior.displacements) <= 1.0 + 1e-9
    knots = np.arange(len(columns)) * lattice.segment_frames
    at = np.arange(len(log_likelihood))
    return Path(np.interp(at, knots, chosen), np.interp(at, knots, (marginals * near).sum(axis=1)))


def log_evidence(log_likelihoods: NDArray[np.float64], prior: PathPrior) -> NDArray[np.float64]:
    """The log of the likelihood averaged over the prior's paths, (B,), without finding the best of them.

    ``log_likelihoods``: (B, n, m), searched side by side.
    """
    blank = np.zeros_like(log_likelihoods[:1])
    # The weight of all paths before anything is seen makes the prior a probability.
    totals = total_weight(Lattice(np.concatenate([log_likelihoods, blank]), prior))
    return np.asarray(totals[:-1] - totals[-1])
