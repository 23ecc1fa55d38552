from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from liptune.core.media.clock.frames import frame_times, last_frame
from liptune.core.media.probe.probe import probe, require_video
from tests.media_factory import numbered_video


def test_a_last_frame_beyond_what_the_header_tells_lasts_as_long_as_the_one_before(tmp_path: Path) -> None:
    """With reordered frames at a variable rate an MP4's header may tell less than is shown."""
    timing = "settb=1/15360,setpts='512*N+512*floor(N/3)'"
    info = probe(numbered_video(tmp_path / "x.mp4", frames=12, rate="30", filters=timing))
    times = frame_times(info)
    tick = Fraction(1, 15360)
    told = replace(require_video(info), duration_seconds=float(times.seconds[-1]) + 0.01)
    assert last_frame(told, times, tick) == ["setts=pts=PTS:dts=DTS:duration=154"]
    for seconds in (0.0, 1e-4, -0.02):
        told = replace(told, duration_seconds=float(times.seconds[-1]) + seconds)
        assert last_frame(told, times, tick) == ["setts=pts=PTS:dts=DTS:duration=512"]
