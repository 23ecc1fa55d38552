from pathlib import Path

import pytest

from liptune.core.media.clock.phase import phase_seconds
from liptune.core.media.probe.probe import probe
from tests.media_factory import ffmpeg, numbered_video

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p")


@pytest.fixture(params=["25", "50", "30000/1001"])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    rate: str = request.param
    return numbered_video(tmp_path / "whole.mp4", frames=120, rate=rate, codec=H264)


def phase_of(whole: Path, at: float) -> float:
    cut = whole.with_name("cut.mp4")
    ffmpeg("-ss", str(at), "-i", whole, "-c", "copy", cut)
    return phase_seconds(probe(cut))


@pytest.mark.parametrize("whole", ["25"], indirect=True)
@pytest.mark.parametrize(("at", "phase"), [(0.81, -0.01), (0.83, 0.01), (0.835, 0.005), (0.82, 0.02)])
def test_analysis_frames_fall_on_the_frames_that_are_shown(whole: Path, at: float, phase: float) -> None:
    """Cut 10 ms into a frame: the next is shown after 30 ms, the slot of 40 ms is 10 ms too late for it."""
    assert phase_of(whole, at) == pytest.approx(phase, abs=1e-3)


@pytest.mark.parametrize("whole", ["50"], indirect=True)
def test_of_twice_the_rate_every_second_frame_is_met(whole: Path) -> None:
    assert phase_of(whole, 0.605) == pytest.approx(-0.005, abs=1e-3)


@pytest.mark.parametrize("whole", ["30000/1001"], indirect=True)
def test_other_rates_lie_evenly_about_the_slots(whole: Path) -> None:
    assert phase_of(whole, 0.612) == 0


def test_what_is_not_cut_has_no_phase(whole: Path) -> None:
    assert phase_seconds(probe(whole)) == 0
