"""Frames between frames, against pictures whose motion is known."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, shift

from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.media.write.interpolate import FlowInterpolator

WIDTH, HEIGHT = 160, 120
LAYOUT = RawFormat("yuv420p", WIDTH, HEIGHT)


def texture(seed: int) -> NDArray[np.float64]:
    rough = gaussian_filter(np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH)), 2.5)
    return np.asarray(125 + 40 * rough / rough.std())


def frame(luma: NDArray[np.float64], layout: RawFormat = LAYOUT) -> RawFrame:
    raw = np.full(layout.bytes, 128, np.uint8)
    planes = layout.planes(raw)
    for plane in planes[1:]:
        plane[:] = 128 << (layout.bits - 8)
    planes[0][:] = np.clip(np.rint(luma * 2 ** (layout.bits - 8)), 0, 2**layout.bits - 1)
    return raw


def moved(pixels: float) -> NDArray[np.float64]:
    return np.asarray(shift(texture(0), (0, pixels), order=3, mode="nearest"))


def error(raw: RawFrame, truth: NDArray[np.float64], layout: RawFormat = LAYOUT) -> float:
    """Mean absolute difference inside, in 8-bit steps."""
    luma = layout.planes(raw)[0] / 2 ** (layout.bits - 8)
    return float(np.abs(luma - truth)[12:-12, 12:-12].mean())


@pytest.mark.one_in(5)
@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le", "yuv444p", "gray"])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.7])
def test_what_moves_is_drawn_where_it_was(name: str, share: float) -> None:
    layout = RawFormat(name, WIDTH, HEIGHT)
    before, after = frame(moved(0), layout), frame(moved(4), layout)
    drawn = FlowInterpolator(layout).between(before, after, share)
    nearest = before if share < 0.5 else after
    truth = moved(4 * share)
    assert error(drawn, truth, layout) < 0.25 * error(nearest, truth, layout)
    for plane in layout.planes(drawn)[1:]:
        assert (plane == 128 << (layout.bits - 8)).all()


def test_what_stands_still_stays_as_it_is() -> None:
    still = frame(texture(1))
    np.testing.assert_array_equal(FlowInterpolator(LAYOUT).between(still, still.copy(), 0.4), still)


@pytest.mark.parametrize(("share", "nearest"), [(0.3, 0), (0.6, 1)])
def test_across_a_cut_the_nearest_frame_stands(share: float, nearest: int) -> None:
    shots = frame(texture(2)), frame(texture(3))
    drawn = FlowInterpolator(LAYOUT).between(*shots, share)
    np.testing.assert_array_equal(drawn, shots[nearest])


def test_what_is_uncovered_is_no_ghost() -> None:
    """A square moves over a still ground: a plain mix would show it twice, half as strong."""

    def scene(left: int) -> NDArray[np.float64]:
        picture = texture(4)
        picture[40:80, left : left + 40] = 0.4 * texture(5)[40:80, 40:80] + 150
        return picture

    before, after = frame(scene(50)), frame(scene(58))
    drawn = FlowInterpolator(LAYOUT).between(before, after, 0.5)
    mixed = frame((scene(50) + scene(58)) / 2)
    assert error(drawn, scene(54)) < 0.5 * error(mixed, scene(54))


def test_the_flow_of_a_pair_is_found_once() -> None:
    interpolator = FlowInterpolator(LAYOUT)
    pictures = [frame(moved(4 * number)) for number in range(3)]
    first = interpolator.between(pictures[0], pictures[1], 0.5)
    interpolator.between(pictures[1], pictures[2], 0.5)
    again = interpolator.between(pictures[0], pictures[1], 0.5)
    np.testing.assert_array_equal(first, again)
