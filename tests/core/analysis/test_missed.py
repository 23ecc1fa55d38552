"""What is told where no face could be followed, and a region that helps."""

from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis.run import analyse
from liptune.core.errors import InvalidOption, NoFace
from liptune.core.media.probe.probe import probe
from liptune.core.media.region import region_of
from liptune.core.media.types import MediaInfo, Region
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import score_clip
from tests.core.analysis.clips import film
from tests.core.faces.scenes import Gray, scene
from tests.engines import NoiseEngine

FRAMES = 30
PLACE = (900.0, 420.0, 48.0)
"""A face of 48 pixels, which is 18 in the frames of 480 that are searched."""


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    frames = scene(FRAMES, [lambda _: PLACE, lambda _: (300.0, 200.0, 40.0)], 1280, 720)
    return probe(film(tmp_path_factory.mktemp("grid") / "grid.mkv", frames))


def refused(media: MediaInfo) -> NoFace:
    with pytest.raises(NoFace) as caught:
        score_clip(analyse(media, media, NoiseEngine()), MeasureOptions(), uncalibrated(normalised=True))
    return caught.value


@pytest.fixture(scope="module")
def error(grid: MediaInfo) -> NoFace:
    """What is said of it."""
    return refused(grid)


def test_faces_that_are_too_small_are_told_with_their_size_and_a_region(error: NoFace) -> None:
    assert error.details["largest_face_pixels"] == pytest.approx(48, abs=8)
    assert "can be followed from 71 pixels" in error.message
    x, y, width, height = map(int, error.details["region"].split(","))
    assert x < PLACE[0] - 24 < PLACE[0] + 24 < x + width
    assert y < PLACE[1] - 24 < PLACE[1] + 24 < y + height
    assert error.details["region"] in (error.remedy or "")


def test_in_that_region_the_face_is_followed_in_pixels_of_the_whole_picture(
    grid: MediaInfo, error: NoFace
) -> None:
    region = region_of(error.details["region"], 1280, 720)
    made = analyse(grid, grid, NoiseEngine(), region=region)
    (face,) = made.tracks
    assert face.track.frames == FRAMES
    left, top, right, bottom = np.median(face.track.boxes, axis=0)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(PLACE[:2], abs=6)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_is_told(tmp_path: Path, clockwise: int) -> None:
    upright: Gray = scene(10, [lambda _: (160.0, 120.0, 90.0)], 320, 240)
    lying = np.ascontiguousarray(np.rot90(upright, clockwise // 90, axes=(1, 2)))
    error = refused(probe(film(tmp_path / "lying.mkv", lying)))
    assert error.details["turned_degrees"] == clockwise
    assert f"turned clockwise by {clockwise} degrees" in error.message


def test_nothing_is_suspected_where_there_is_no_face(tmp_path: Path) -> None:
    error = refused(probe(film(tmp_path / "clouds.mkv", scene(10, [], 320, 240))))
    assert (error.details["turned_degrees"], error.details["region"]) == (None, None)
    assert "No face was seen" in error.message


@pytest.mark.parametrize("given", ["1200,0,100,100", "0,700,30,30", "0,0,1281,20"])
def test_a_region_beyond_the_picture_is_refused(given: str) -> None:
    with pytest.raises(InvalidOption, match="1280 x 720") as caught:
        region_of(given, 1280, 720)
    assert caught.value.details["option"] == "region"


def test_a_region_is_four_numbers() -> None:
    assert region_of(None, 1280, 720) is None
    assert region_of("1,2,30,40", 1280, 720) == Region(1, 2, 30, 40)
