from fractions import Fraction

import numpy as np
import pytest

from liptune.core.media.read.raw import RawFormat
from liptune.core.media.write.picture import Picture
from liptune.core.warp.colour import Colours, colours_of


def colours(space: str | None, height: int = 1080, **tags: str) -> Colours:
    known = tags | ({"colorspace": space} if space else {})
    picture = Picture("", None, Fraction(1, 25), "avc1", None, known, ())
    return colours_of(picture, RawFormat("yuv420p", 1920, height))


# 100 % primaries in 8 bits, limited range, as tables of colour bars give them (BT.601-7, BT.709-6).
@pytest.mark.parametrize(
    ("space", "rgb", "ycc"),
    [
        ("bt709", (1, 0, 0), (63, 102, 240)),
        ("bt709", (0, 1, 0), (173, 42, 26)),
        ("bt709", (0, 0, 1), (32, 240, 118)),
        ("smpte170m", (1, 0, 0), (81, 90, 240)),
        ("smpte170m", (0, 0, 1), (41, 240, 110)),
        ("bt2020nc", (1, 1, 1), (235, 128, 128)),
    ],
)
def test_primaries(space: str, rgb: tuple[int, ...], ycc: tuple[int, ...]) -> None:
    made = colours(space)
    np.testing.assert_allclose(made.ycc(np.array([[rgb]], np.float32))[0, 0], ycc, atol=0.6)
    np.testing.assert_allclose(made.rgb(np.array([[ycc]], np.float32))[0, 0], rgb, atol=0.012)


def test_full_range_and_the_guess_for_small_pictures() -> None:
    full = colours("bt709", range="pc")
    assert full.ycc(np.ones((1, 1, 3), np.float32))[0, 0] == pytest.approx([255, 128, 128], abs=0.01)
    np.testing.assert_array_equal(colours(None, 576).matrix, colours("smpte170m").matrix)
    np.testing.assert_array_equal(colours(None, 1080).matrix, colours("bt709").matrix)


@pytest.mark.parametrize("space", ["bt709", "smpte170m", "bt2020nc", "smpte240m", "fcc"])
def test_lab_and_back(space: str) -> None:
    made = colours(space)
    rgb = np.random.default_rng(0).random((20, 20, 3)).astype(np.float32)
    ycc = made.ycc(rgb)
    # OpenCV reads Lab from tables: half a step of 8 bits.
    np.testing.assert_allclose(made.from_lab(made.lab(ycc)), ycc, atol=0.6)
    assert made.lab(made.ycc(np.ones((1, 1, 3), np.float32)))[0, 0] == pytest.approx([100, 0, 0], abs=0.2)
