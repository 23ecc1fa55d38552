"""Faces of a gallery are brought to the size, the colours and the place of those in the video."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from liptune.core.dub.lending import Lending
from liptune.core.dub.scratch import Scratch
from liptune.core.media.display import IDENTITY, Matrix
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import RawFormat
from liptune.core.media.types import VideoStream
from liptune.core.media.write.picture import Picture, describe_picture
from liptune.core.warp.colour import colours_of
from liptune.core.warp.coordinates import coded
from liptune.core.warp.patch import view_of
from tests.core.warp.scenes import landmarks
from tests.media_factory import ffmpeg

SIDE = 256
QUARTER: Matrix = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


def scene(points: np.ndarray, width: int, height: int) -> np.ndarray:
    """(h, w) luma that says where on the face a pixel lies: it rises from the eyes to the chin."""
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    eyes, chin = points[36:48].mean(axis=0), points[8]
    down = chin - eyes
    along = ((columns - eyes[0]) * down[0] + (rows - eyes[1]) * down[1]) / float(down @ down)
    return np.asarray(np.clip(60 + 120 * along, 20, 230))


def frame_of(points: np.ndarray, video: VideoStream) -> np.ndarray:
    luma = scene(points, video.coded_width, video.coded_height).astype(np.uint8)
    grey = np.full(luma.size // 2, 128, np.uint8)
    return np.concatenate([luma.ravel(), grey])


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> VideoStream:
    path: Path = tmp_path_factory.mktemp("video") / "x.mp4"
    ffmpeg("-f", "lavfi", "-i", f"color=gray:size={SIDE}x{SIDE}:rate=25:duration=0.2", path)
    return require_video(probe(path))


@pytest.mark.parametrize("matrix", [IDENTITY, QUARTER], ids=["upright", "turned"])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 1.5])
def test_the_face_lies_where_the_video_has_its_own(
    zoom: float, matrix: Matrix, stream: VideoStream, tmp_path: Path
) -> None:
    own = landmarks(0.1)
    own = ((own - own.mean(axis=0)) * 110 / np.ptp(own[:, 1]) + SIDE / 2).astype(np.float32)
    side = round(SIDE * zoom)
    theirs = replace(
        stream, width=side, height=side, coded_width=side, coded_height=side,
        display_matrix=None if matrix is IDENTITY else matrix,
    )  # fmt: skip
    shown = ((own + 7) * zoom).astype(np.float32)[None]
    placed = coded(shown, theirs)
    colours = colours_of(describe_picture_of(tmp_path), RawFormat("yuv420p", SIDE, SIDE))
    layout = RawFormat("yuv420p", side, side)
    lending = Lending(Scratch(tmp_path, layout, 1.0), shown, placed, colours, colours, stream)
    lending.take(iter([frame_of(placed[0], theirs)]), frozenset({0}))
    target = view_of(RawFormat("yuv420p", SIDE, SIDE), frame_of(own, stream), own, 1.0)
    assert target is not None
    lent = lending.view(0, target)
    assert lent is not None
    np.testing.assert_allclose(
        lent.landmarks - lent.landmarks.mean(axis=0),
        target.landmarks - target.landmarks.mean(axis=0),
        atol=0.5,
    )
    for point in (30, 33, 51, 57, 8):
        here, there = (each.landmarks[point].round().astype(int) for each in (target, lent))
        assert lent.pixels[there[1], there[0], 0] == pytest.approx(target.pixels[here[1], here[0], 0], abs=4)


def describe_picture_of(folder: Path) -> Picture:
    path = folder / "picture.mp4"
    ffmpeg("-f", "lavfi", "-i", f"color=gray:size={SIDE}x{SIDE}:rate=25:duration=0.2", path)
    return describe_picture(probe(path))


def test_a_face_that_was_not_kept_is_none(stream: VideoStream, tmp_path: Path) -> None:
    own = landmarks(0.1)
    colours = colours_of(describe_picture_of(tmp_path), RawFormat("yuv420p", SIDE, SIDE))
    layout = RawFormat("yuv420p", SIDE, SIDE)
    lending = Lending(Scratch(tmp_path, layout, 1.0), own[None], own[None], colours, colours, stream)
    target = view_of(layout, frame_of(own, stream), own, 1.0)
    assert target is not None
    assert lending.view(0, target) is None
