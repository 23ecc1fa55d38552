import json
from dataclasses import asdict

import pytest

from liptune.core.engines.lite.weights_file import weights_sha256
from liptune.core.options import RetimeOptions
from liptune.core.plan.calibration import Gates, RetimeCalibration, retime_calibration
from liptune.core.plan.lattice import PathPrior
from liptune.core.plan.plan import request_of
from liptune.core.plan.types import RetimeMode


def test_the_bundled_weights_are_the_ones_that_were_calibrated() -> None:
    """If not: python -m training.calibrate_retime."""
    assert retime_calibration("lite").weights_sha256 == weights_sha256()


def test_other_engines_have_what_holds_without_a_calibration() -> None:
    assert retime_calibration("stable_syncnet") == RetimeCalibration()


def test_a_calibration_is_read_as_it_was_written() -> None:
    known = RetimeCalibration(0.3, Gates(7.0, 8.0, 6.0, 0.9), "ab" * 32)
    assert RetimeCalibration.parse(json.dumps(asdict(known))) == known


def test_every_option_reaches_the_search() -> None:
    options = RetimeOptions(mode="local", window_frames=5, smoothness=0.7, max_hold_frames=3, adaptive=True)
    request = request_of(options)
    assert request.prior == PathPrior(radius=5, smoothness=0.7, max_hold_frames=3)
    assert request.modes == {RetimeMode.OFFSET, RetimeMode.LOCAL}
    assert request.adaptive
    assert request.gates == retime_calibration("lite").gates


@pytest.mark.parametrize(("frames", "columns"), [(3, 25), (1, 9)])
def test_the_default_window_is_three_frames(frames: int, columns: int) -> None:
    assert RetimeOptions().window_frames == 3
    assert len(PathPrior(radius=frames).displacements) == columns
