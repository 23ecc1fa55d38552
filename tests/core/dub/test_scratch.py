from pathlib import Path

import numpy as np
import pytest

from liptune.core.dub.scratch import Scratch
from liptune.core.media.read.raw import RawFormat
from liptune.core.warp.patch import view_of
from tests.core.warp.scenes import landmarks, raw


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le", "gray", "yuva444p"])
@pytest.mark.parametrize("size", [(256, 256), (241, 233)])
def test_a_face_comes_back_as_it_was(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    layout = RawFormat(name, *size)
    frame, points = raw(layout), landmarks()
    scratch = Scratch(tmp_path, layout, 1.0)
    scratch.keep(7, frame, points)
    before, after = view_of(layout, frame, points, 1.0), scratch.view(7, points)
    assert before is not None
    assert after is not None
    assert after.box == before.box
    np.testing.assert_array_equal(after.pixels, before.pixels)
    np.testing.assert_array_equal(after.landmarks, before.landmarks)
    scratch.drop(7)
    assert list(tmp_path.iterdir()) == []
    assert scratch.view(7, points) is None


def test_a_face_outside_of_the_picture_is_not_kept(tmp_path: Path) -> None:
    layout = RawFormat("yuv420p", 64, 64)
    scratch = Scratch(tmp_path, layout, 1.0)
    scratch.keep(0, raw(layout), landmarks() + 4000)
    assert scratch.view(0, landmarks()) is None
    scratch.drop(0)
