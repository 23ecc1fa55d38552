import numpy as np
import pytest

from liptune.core.media.read.raw import RawFormat
from liptune.core.warp.patch import cut, paste, view_of
from liptune.core.warp.types import Box, Composite
from tests.core.warp.scenes import SIDE, landmarks, raw

FORMATS = ["yuv420p", "yuv422p10le", "yuv444p12le", "yuvj420p", "gray", "gray10le", "yuva444p10le"]
BOX = Box(20, 30, 51, 41)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [(120, 100), (71, 71)])
def test_what_is_cut_is_what_is_there(name: str, size: tuple[int, int]) -> None:
    layout = RawFormat(name, *size)
    frame = raw(layout)
    pixels = cut(layout, frame, BOX)
    unit = 4 if "10" in name else 16 if "12" in name else 1
    luma = layout.planes(frame)[0][30:71, 20:71]
    np.testing.assert_array_equal(pixels[..., 0] * unit, luma)
    if "444" in name:
        np.testing.assert_array_equal(pixels[..., 2] * unit, layout.planes(frame)[2][30:71, 20:71])
    if "gray" in name:
        assert (pixels[..., 1:] == 128).all()


@pytest.mark.parametrize("name", FORMATS)
def test_only_what_the_mask_covers_changes(name: str) -> None:
    layout = RawFormat(name, 120, 101)
    before, after = raw(layout), raw(layout)
    mask = np.zeros((41, 51), np.float32)
    mask[10:31, 5:40] = 0.5
    paste(layout, after, BOX, Composite(np.full((41, 51, 3), 40, np.float32), mask))
    bits = 10 if "10" in name else 12 if "12" in name else 8
    for number, (old, new) in enumerate(zip(layout.planes(before), layout.planes(after), strict=True)):
        changed = np.argwhere(old != new)
        if number == 3:
            assert len(changed) == 0
            continue
        down, across = round(101 / old.shape[0]), round(120 / old.shape[1])
        low, high = changed.min(axis=0) * (down, across), (changed.max(axis=0) + 1) * (down, across)
        assert (low >= (40, 25)).all()
        assert (high <= (61, 60)).all()
        here = slice(44 // down, 56 // down), slice(32 // across, 52 // across)
        expected = np.minimum(old[here].astype(int) + 40 * 2 ** (bits - 8), 2**bits - 1)
        np.testing.assert_array_equal(new[here], expected)


def test_no_change_is_no_change() -> None:
    layout = RawFormat("yuv420p10le", 120, 101)
    frame = raw(layout)
    paste(layout, frame, BOX, Composite(np.zeros((41, 51, 3), np.float32), np.ones((41, 51), np.float32)))
    np.testing.assert_array_equal(frame, raw(layout))


@pytest.mark.parametrize("shift", [(0, 0), (-90, 0), (90, 60), (-500, 0)])
def test_views_stay_within_the_frame(shift: tuple[float, float]) -> None:
    layout = RawFormat("yuv420p", SIDE + 1, SIDE - 1)
    points = np.asarray(landmarks() + np.array(shift), np.float32)
    view = view_of(layout, raw(layout), points, 1.0)
    if shift == (-500, 0):
        assert view is None
        return
    assert view is not None
    assert view.pixels.shape == (view.box.height, view.box.width, 3)
    assert view.box.left % 2 == view.box.top % 2 == 0
    assert view.box.left + view.box.width <= layout.width
    assert view.box.top + view.box.height <= layout.height
    np.testing.assert_allclose(view.landmarks + np.array([view.box.left, view.box.top]), points, atol=1e-4)
