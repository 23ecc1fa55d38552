"""The search against every path there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liptune.core.plan.lattice import Lattice, PathPrior
from liptune.core.plan.path import best_path, log_evidence
from liptune.core.plan.search import posterior, total_weight, viterbi

TINY = PathPrior(radius=1.0, resolution=0.5, knot_frames=2.0, smoothness=0.7, inertia=1.3, pull=0.05)


def random_lattice(seed: int, frames: int = 9, prior: PathPrior = TINY) -> Lattice:
    likelihood = np.random.default_rng(seed).normal(size=(frames, len(prior.displacements)))
    return Lattice(2.0 * likelihood, prior)


def path_weight(lattice: Lattice, knots: tuple[float, ...]) -> float:
    """The definition: evidence along the straight stretches less the penalties, -inf off limits."""
    prior, length = lattice.prior, lattice.segment_frames
    speeds = np.diff(knots) / length
    if (np.abs(speeds) > 0.5 + 1e-9).any():
        return -np.inf
    frames = np.arange(lattice.frames)
    displacement = np.interp(frames, np.arange(len(knots)) * length, knots)
    rows = lattice.log_likelihood
    evidence = sum(np.interp(d, prior.displacements, row) for d, row in zip(displacement, rows, strict=True))
    pull = prior.pull * length * float(np.square(knots[:-1]).sum())
    change = prior.smoothness * length * float(np.square(speeds).sum())
    turn = prior.inertia * float(np.square(np.diff(speeds)).sum())
    return float(evidence - pull - change - turn)


def every_path(lattice: Lattice) -> dict[tuple[float, ...], float]:
    values = [float(v) for v in lattice.prior.displacements]
    paths = product(values, repeat=lattice.segments + 1)
    weights = {path: path_weight(lattice, path) for path in paths}
    return {path: weight for path, weight in weights.items() if np.isfinite(weight)}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("frames", [9, 8, 2])
def test_viterbi_finds_the_best_of_all_paths(seed: int, frames: int) -> None:
    lattice = random_lattice(seed, frames)
    weights = every_path(lattice)
    best = max(weights, key=weights.__getitem__)
    columns, weight = viterbi(lattice)
    assert weight == pytest.approx(weights[best], abs=1e-9)
    np.testing.assert_allclose(lattice.prior.displacements[columns], best)


@pytest.mark.parametrize("seed", range(4))
def test_posterior_is_the_share_of_all_paths(seed: int) -> None:
    lattice = random_lattice(seed)
    weights = every_path(lattice)
    total = np.logaddexp.reduce(list(weights.values()))
    expected = np.zeros((lattice.segments + 1, lattice.columns))
    for path, weight in weights.items():
        for knot, displacement in enumerate(path):
            expected[knot, np.flatnonzero(lattice.prior.displacements == displacement)] += np.exp(
                weight - total
            )
    marginals, logarithm = posterior(lattice)
    assert logarithm == pytest.approx(total, abs=1e-9)
    np.testing.assert_allclose(marginals, expected, atol=1e-9)


def test_posterior_of_many_knots_does_not_depend_on_where_messages_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lattice = random_lattice(1, frames=90)
    whole, _ = posterior(lattice)
    monkeypatch.setattr("liptune.core.plan.search.CHECKPOINT", 7)
    np.testing.assert_allclose(posterior(lattice)[0], whole, atol=1e-12)


def test_lattices_side_by_side_weigh_what_each_weighs_alone() -> None:
    rows = np.stack([random_lattice(seed).log_likelihood for seed in range(3)])
    together = total_weight(Lattice(rows, TINY))
    np.testing.assert_allclose(together, [total_weight(Lattice(row, TINY)) for row in rows])


@pytest.mark.parametrize("seed", range(4))
def test_the_second_pass_finds_the_least_expected_error_within_the_shot(seed: int) -> None:
    lattice = random_lattice(seed, frames=7)
    displacements = lattice.prior.displacements
    marginals, _ = posterior(lattice)
    errors = np.array([[(row @ (displacements - d) ** 2) for d in displacements] for row in marginals])
    within = {}
    for path in every_path(lattice):
        at = np.arange(len(path)) * lattice.segment_frames + path
        if (at > -1e-9).all() and (at < lattice.frames - 1 + 1e-9).all():
            terms = [errors[k, np.flatnonzero(displacements == d)[0]] for k, d in enumerate(path)]
            within[path] = 0.5 * (sum(terms[:-1]) + sum(terms[1:]))
    best = min(within, key=within.__getitem__)
    found = best_path(lattice.log_likelihood, lattice.prior, np.empty(0, np.int64)).displacements
    knots = np.arange(len(best)) * lattice.segment_frames
    np.testing.assert_allclose(found, np.interp(np.arange(lattice.frames), knots, best))


def test_no_evidence_moves_nothing_and_is_worth_nothing() -> None:
    blank = np.zeros((50, len(PathPrior().displacements)))
    path = best_path(blank, PathPrior(), np.empty(0, np.int64))
    assert not path.displacements.any()
    assert log_evidence(blank[None], PathPrior()) == pytest.approx(0.0)


def ridge(truth: NDArray[np.float64], prior: PathPrior) -> NDArray[np.float64]:
    """Evidence that peaks at the true displacement."""
    return np.asarray(-0.5 * (prior.displacements - truth[:, None]) ** 2)


def test_a_clear_warp_is_recovered() -> None:
    prior = PathPrior(pull=0.0)
    truth = 2.5 * np.sin(np.arange(200) * 2 * np.pi / 80) * np.sin(np.arange(200) * np.pi / 199)
    path = best_path(20 * ridge(truth, prior), prior, np.empty(0, np.int64))
    assert np.abs(path.displacements - truth).mean() < 0.1
    assert path.confidence.min() > 0.9


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    frames=st.integers(1, 90),
    hold=st.integers(1, 4),
    cut=st.integers(0, 100),
    radius=st.sampled_from([0.5, 2.0, 4.0]),
)
def test_a_path_keeps_its_promises(seed: int, frames: int, hold: int, cut: int, radius: float) -> None:
    prior = PathPrior(radius=radius, max_hold_frames=hold)
    rows = 5 * np.random.default_rng(seed).normal(size=(frames, len(prior.displacements)))
    path = best_path(rows, prior, np.array([cut]))
    source = np.arange(frames) + path.displacements
    assert np.abs(path.displacements).max() <= radius
    assert ((path.confidence >= 0) & (path.confidence <= 1 + 1e-9)).all()
    for begin, end in ((0, min(cut, frames)), (min(cut, frames), frames)):
        shot = source[begin:end]
        if len(shot) == 0:
            continue
        assert begin - 1e-9 <= shot.min()
        assert shot.max() <= end - 1 + 1e-9
        slopes = np.diff(shot)
        assert (slopes >= max(0.5, 1 / hold) - 1e-9).all()
        assert (slopes <= 2 + 1e-9).all()
        shown = np.floor(shot + 1e-9)
        runs = np.diff(np.flatnonzero(np.concatenate([[True], np.diff(shown) > 0, [True]])))
        assert runs.max() <= max(hold, 1)


def test_what_is_beyond_a_cut_changes_nothing_before_it() -> None:
    prior = PathPrior()
    rows = np.random.default_rng(0).normal(size=(80, len(prior.displacements)))
    other = rows.copy()
    other[40:] = -other[40:]
    cut = np.array([40])
    first, second = best_path(rows, prior, cut), best_path(other, prior, cut)
    np.testing.assert_array_equal(first.displacements[:40], second.displacements[:40])
