import numpy as np

from liptune.core.articulation.mouth import opening as openings
from liptune.core.dub import costs
from liptune.core.dub.costs import NEVER, candidates, near_ones, pairwise
from tests.core.dub.faces import CLOSED, asked, mouths, shapes

SHUT = float(openings(shapes([CLOSED]))[0])


def price(wanted: float, donor: float) -> float:
    seen = mouths(shapes([donor]))
    return float(pairwise(seen, shapes([wanted]), np.array([0]), np.array([0]), SHUT)[0, 0])


def test_the_same_shape_costs_nothing_and_others_more_the_further_they_are() -> None:
    seen = mouths(shapes([0.1, 0.11, 0.13, 0.18]))
    found = pairwise(seen, seen.shapes[:1], np.array([0]), np.arange(4), SHUT)[0]
    assert found[0] < 1e-3
    assert (np.diff(found) > 0).all()
    assert found[-1] < NEVER


def test_lips_that_must_be_closed_are_never_open_ones() -> None:
    assert price(CLOSED, 0.1) >= NEVER
    assert price(CLOSED, CLOSED) < NEVER


def test_a_closed_mouth_is_never_torn_open() -> None:
    assert price(0.12, CLOSED) >= NEVER
    assert price(0.12, 0.1) < NEVER
    assert price(0.05, 0.12) < NEVER


def test_a_head_turned_away_another_shot_and_an_unseen_face_are_never_chosen() -> None:
    seen = mouths(
        shapes([0.1] * 4),
        pose=np.array([[0, 0, 0], [9, 0, 0], [0, 3, 0], [0, 0, 0]], np.float64),
        track=np.array([0, 0, 0, 1]),
    )
    found = pairwise(seen, seen.shapes[:1], np.array([0]), np.arange(4), SHUT)[0]
    assert (found >= NEVER).tolist() == [False, True, False, True]
    assert found[2] > 0


def test_other_light_and_blur_cost() -> None:
    seen = mouths(
        shapes([0.1] * 4),
        light=np.array([100, 130, 100, 100], np.float32),
        sharpness=np.array([5, 5, 2, 5], np.float32),
    )
    same, darker, blurred, _ = pairwise(seen, seen.shapes[:1], np.array([0]), np.arange(4), SHUT)[0]
    assert darker > same + 0.1
    assert blurred > same + 0.5


def test_the_candidates_are_the_nearest_there_are() -> None:
    rng = np.random.default_rng(0)
    found = rng.exponential(1, (5, 300)).astype(np.float32)
    donors, prices = near_ones(found, np.arange(300) + 1000)
    for row, picked, paid in zip(found, donors, prices, strict=True):
        np.testing.assert_array_equal(row[picked - 1000], paid)
        nearest = np.sort(row)[: costs.NEAREST]
        np.testing.assert_allclose(np.sort(paid[: costs.NEAREST]), nearest)


def test_the_middle_of_a_cheap_run_is_a_candidate() -> None:
    found = np.full((9, 200), 1.0, np.float32)
    rng = np.random.default_rng(2)
    found[:, :100] = rng.uniform(0.4, 0.5, (9, 100))
    found[np.arange(9), 150 + np.arange(9)] = 0.6
    found[4, 154] = 0.9
    found += 0.5 * (np.arange(200) % 2 == 0)[None] * (np.arange(200) < 100)
    donors, _ = near_ones(found, np.arange(200))
    assert len(donors[4]) == costs.NEAREST + costs.IN_RUNS


def test_few_mouths_are_enough() -> None:
    seen = mouths(shapes([0.05, 0.1]))
    found = candidates(seen, asked(seen.shapes), np.arange(2) / 25, SHUT)
    assert found.donors.shape == (2, costs.NEAREST + costs.IN_RUNS)
    assert set(found.donors.ravel().tolist()) == {0, 1}


def test_mouths_are_taken_from_near_enough_in_time_alone() -> None:
    rng = np.random.default_rng(5)
    rows = 3600
    seen = mouths(shapes(rng.uniform(0.02, 0.2, 12))[rng.integers(0, 12, rows)])
    seconds = np.arange(rows) / 25
    found = candidates(seen, asked(seen.shapes), seconds, SHUT)
    apart = np.abs(seconds[found.donors] - seconds[found.frames][:, None])
    assert apart.max() <= costs.NEAR_SECONDS + costs.CHUNK_FRAMES / 25
