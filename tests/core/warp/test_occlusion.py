from collections.abc import Callable

import numpy as np
import pytest

from liptune.core.warp.fitting import Fitted, fitted
from liptune.core.warp.landmarks import CHIN
from liptune.core.warp.occlusion import MOST_DIFFERENCE, difference, hidden
from liptune.core.warp.pyramid import Pyramid
from liptune.core.warp.types import Composite, Left, Pair, View
from tests.core.warp.people import colours, frames, nodded, with_collar, with_hand, with_microphone

EVERYWHERE = np.ones((60, 60), np.bool_)


@pytest.mark.parametrize(("size", "found"), [(24, 30.0), (0, 0.0)])
def test_a_patch_is_found_and_speckles_are_not(size: int, found: float) -> None:
    plain = np.full((60, 60, 3), 50, np.float32)
    other = plain.copy()
    other[10 : 10 + size, 10 : 10 + size, 0] += 30
    other[::15, ::15, 1] += 30
    assert difference(plain, other, [(EVERYWHERE, 3.0)], 100.0) == pytest.approx(found, abs=3)
    elsewhere = EVERYWHERE.copy()
    elsewhere[:50, :50] = False
    assert difference(plain, other, [(elsewhere, 3.0)], 100.0) < 3


def test_an_edge_that_moves_within_reach_is_no_difference() -> None:
    here, there = np.full((2, 60, 60, 3), 20, np.float32)
    here[30:], there[36:] = 90, 90
    assert difference(here, there, [(EVERYWHERE, 7.0)], 100.0) < 1
    assert difference(here, there, [(EVERYWHERE, 2.0)], 100.0) > 15


def test_what_covers_a_mouth_stays() -> None:
    bad = MOST_DIFFERENCE + 1
    assert not any(hidden([1, 1, bad, 1, 1], at) for at in range(5))
    assert [hidden([1, 1, 1, bad, bad, bad, bad], at) for at in (0, 1, 4, 5, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert hidden([1, 1, 3 * MOST_DIFFERENCE, 1, 1], 2)


def apart(pair: Pair) -> float:
    found = fitted(pair, colours())
    assert isinstance(found, Fitted)
    return found.apart


@pytest.mark.parametrize("later", [3, 8])
def test_other_moments_of_one_face_are_alike(later: int) -> None:
    views = frames()
    assert max(apart(Pair(views[at], views[at + later])) for at in range(0, 15, 3)) < MOST_DIFFERENCE / 1.5


@pytest.mark.parametrize("down", [-8.0, 8.0])
def test_a_collar_that_does_not_go_with_the_head_hides_nothing(down: float) -> None:
    views = frames()
    opening = views[0].landmarks[CHIN] + np.array((0, 12), np.float32)
    pairs = [
        Pair(with_collar(views[at], opening), with_collar(nodded(views[at + 3], down), opening))
        for at in range(5)
    ]
    assert all(isinstance(each, Composite) for each in Pyramid(colours())(pairs))


@pytest.mark.parametrize("side", ["target", "donor"])
@pytest.mark.parametrize("cover", [with_microphone, with_hand])
def test_what_is_before_one_of_two_mouths_is_found(cover: Callable[[View], View], side: str) -> None:
    views = frames()
    pairs = [
        Pair(cover(views[at]), views[at + 3]) if side == "target" else Pair(views[at], cover(views[at + 3]))
        for at in range(5)
    ]
    assert list(Pyramid(colours())(pairs)) == [Left.OCCLUDED] * 5
