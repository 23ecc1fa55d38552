import numpy as np
import pytest

from liptune.core.warp.geometry import head_motion, inverted, moved
from liptune.core.warp.sampling import enlarged, pixel_grid
from liptune.core.warp.small_copies import WORK_SIDE, bounds, small_pair, sources_at, zoom_of
from liptune.core.warp.types import Box, Floats, Pair, View
from tests.core.warp.scenes import landmarks

PART = (slice(40, 560), slice(31, 500))


def view(width: int, height: int, points: Floats) -> View:
    return View(Box(0, 0, width, height), np.zeros((height, width, 3), np.float32), points)


def pair() -> Pair:
    turn = np.array([[1.02, -0.06], [0.06, 1.02]], np.float32)
    return Pair(view(601, 722, landmarks()), view(588, 740, landmarks() @ turn.T + np.float32(7)))


def test_a_smooth_map_found_small_holds_at_full_size() -> None:
    """The head's motion is straight, so that it can be compared everywhere."""
    whole = pair()
    small = small_pair(whole)
    height, width = small.target.pixels.shape[:2]
    assert max(height, width) == WORK_SIDE
    grid = pixel_grid(width, height).reshape(-1, 2)
    found = moved(grid, inverted(head_motion(small))).reshape(height, width, 2)
    made = sources_at(PART, np.asarray(found, np.float32), zoom_of(whole.target))
    wanted = moved(pixel_grid(601, 722)[PART].reshape(-1, 2), inverted(head_motion(whole))).reshape(
        made.shape
    )
    # cv2 reads between pixels in steps of a thirty-second.
    assert np.abs(made - wanted).max() < 0.05


def test_a_small_pair_is_left_as_it_is() -> None:
    tiny = Pair(view(90, 120, landmarks()), view(88, 121, landmarks()))
    small = small_pair(tiny)
    assert small.target is tiny.target
    assert small.donor is tiny.donor


def test_an_image_grows_about_its_pixels_middles() -> None:
    ramp = np.repeat(np.arange(30, dtype=np.float32)[None], 20, axis=0)
    grown = enlarged(ramp, 1 / 3, (slice(0, 60), slice(30, 60)))
    assert grown[10] == pytest.approx((np.arange(30, 60) + 0.5) / 3 - 0.5, abs=0.04)


def test_bounds_hold_all_of_the_mask_grown() -> None:
    mask = np.zeros((192, 160), np.float32)
    mask[60:90, 20:140] = 0.5
    whole = view(200, 240, landmarks())
    rows, columns = bounds(mask, 10.0, whole)
    everywhere = enlarged(mask, zoom_of(whole), (slice(0, 240), slice(0, 200)))
    assert everywhere[rows, columns].sum() == pytest.approx(everywhere.sum())
    assert (rows.stop - rows.start) * (columns.stop - columns.start) < 0.8 * everywhere.size
