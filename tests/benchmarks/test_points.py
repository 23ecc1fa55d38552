from pathlib import Path

import numpy as np
import pytest

from benchmarks.warping.points import movement
from liptune.core.faces.landmarks import landmark_model
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from liptune.core.warp.patch import view_of
from liptune.core.warp.types import Pair, View

SAMPLE = Path(__file__).parents[2] / "samples" / "astronaut.mp4"
FACE = (111.5, 124.0, 306.5, 319.0)


@pytest.fixture(scope="module")
def face() -> View:
    info = probe(SAMPLE)
    layout = raw_format(require_video(info))
    frame = next(iter(read_frames(info, layout)))
    located = landmark_model().locate(np.asarray(layout.planes(frame)[0], np.uint8), FACE)
    assert located is not None
    found = view_of(layout, frame, located.points, 1.0)
    assert found is not None
    return found


def test_a_face_that_stays_has_not_moved(face: View) -> None:
    found = movement(Pair(face, face), face.pixels)
    assert found.head == found.above_chin == found.chin == 0
    assert found.tracked == pytest.approx(0, abs=0.02)
    assert 0 < found.noise < 2


def test_a_head_that_moves_is_seen_by_detector_and_tracker(face: View) -> None:
    shifted = np.asarray(np.roll(face.pixels, (0, 3), axis=(0, 1)), np.float32)
    found = movement(Pair(face, face), shifted)
    assert found.above_chin == pytest.approx(3, abs=0.8)
    assert found.tracked == pytest.approx(3, abs=0.5)
