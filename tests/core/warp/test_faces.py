from fractions import Fraction

import numpy as np
import pytest

from liptune.core.media.types import VideoStream
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import score_clip
from liptune.core.warp.coordinates import coded
from liptune.core.warp.faces import faces_on, sampled_frames
from tests.core.sync.analyses import analysis
from tests.core.sync.synthetic import pair

TURNS = {
    0: None,
    90: (0, 1 << 16, 0, -1 << 16, 0, 0, 480 << 16, 0, 1 << 30),
    180: (-1 << 16, 0, 0, 0, -1 << 16, 0, 640 << 16, 480 << 16, 1 << 30),
    270: (0, -1 << 16, 0, 1 << 16, 0, 0, 0, 640 << 16, 1 << 30),
}
"""Display matrices by how far they turn, clockwise."""


def stream(rotation: int = 0, aspect: Fraction = Fraction(1)) -> VideoStream:
    shown = (round(640 * aspect), 480)
    width, height = shown if rotation % 180 == 0 else shown[::-1]
    return VideoStream(
        0,
        "h264",
        width,
        height,
        640,
        480,
        "yuv420p",
        Fraction(30),
        rotation,
        aspect,
        None,
        0.0,
        4.0,
        display_matrix=TURNS[rotation],
    )


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(3, 2)])
def test_points_are_found_in_the_coded_frame(rotation: int, aspect: Fraction) -> None:
    """NumPy turns a frame with one bright sample; where it then shines is where it is displayed."""
    video = stream(rotation, aspect)
    frame = np.zeros((480, 640))
    frame[100, 500] = 1
    shown = np.rot90(frame, -rotation // 90)
    y, x = np.argwhere(shown)[0]
    point = np.array([x, y], np.float32)
    point[1 if rotation % 180 else 0] *= float(aspect)
    np.testing.assert_allclose(coded(point[None], video)[0], [500, 100], atol=0.6)


def test_landmarks_are_read_at_the_times_of_the_analysed_frames() -> None:
    """A face that moves evenly, seen at 29.97 fps and analysed at 25, is where it was filmed."""
    seconds = np.arange(120) * 1001 / 30000
    rows = pair(100, signal=0.9)
    made = analysis([(0, rows.video)], rows.audio, 100)
    sampled = sampled_frames(seconds, 100)
    np.testing.assert_array_equal(sampled, [np.abs(seconds - n / 25).argmin() for n in range(100)])
    track = made.tracks[0].track
    track.landmarks[:] = (100 * seconds[sampled])[:, None, None]
    scored = score_clip(made, MeasureOptions(), uncalibrated(normalised=True))
    found = faces_on(made, scored, seconds, stream())
    assert (found.track == 0).all()
    inside = seconds <= seconds[sampled[-1]]
    np.testing.assert_allclose(found.landmarks[inside, 5, 0], 100 * seconds[inside], atol=1e-2)


def test_frames_where_the_face_was_not_seen_have_none() -> None:
    rows = pair(100, signal=0.9)
    made = analysis([(0, rows.video)], rows.audio, 100)
    made.tracks[0].track.seen[40:60] = False
    scored = score_clip(made, MeasureOptions(), uncalibrated(normalised=True))
    found = faces_on(made, scored, np.arange(100) / 25, stream())
    assert (found.track[40:60] == -1).all()
    assert (found.track[:40] == 0).all()
    assert np.isnan(found.landmarks[50]).all()
