"""A picture whose packets are shown at other times: every frame is there, when the pace says."""

from pathlib import Path

import numpy as np
import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.write.containers import output_suffix
from liptune.core.media.write.copy import may_repace
from liptune.core.media.write.remux import shift_audio
from tests.core.media.truth import heard, shown
from tests.core.media.write.test_remux import picture_packets
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FRAMES = 75
TIMES = np.array([0.5, 1.4, 2.3])
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12", "-pix_fmt", "yuv420p")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
COARSE = ("-video_track_timescale", "25")


def made(path: Path, *codecs: str) -> Path:
    sound = sound_file(path.with_suffix(".wav"), bursts(TIMES.tolist(), FRAMES / 25, 2))
    return numbered_video(path, frames=FRAMES, codec=codecs, extra=("-i", sound))


@pytest.mark.one_in(5)
@pytest.mark.parametrize("pace", [1.004, 0.96])
@pytest.mark.parametrize(
    ("name", "codecs", "exact"),
    [
        ("x.mp4", (*X264, "-c:a", "aac", *COARSE), 1e-5),
        ("x.mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le"), 1e-5),
        ("x.mkv", (*X264, "-c:a", "flac"), 1.1e-3),
        ("x.webm", (*VP9, "-c:a", "libopus"), 1.1e-3),
        ("x.ts", (*X264, "-c:a", "aac"), 2e-4),
    ],
)
def test_every_frame_is_shown_when_the_pace_says(
    tmp_path: Path, name: str, codecs: tuple[str, ...], exact: float, pace: float
) -> None:
    path = made(tmp_path / name, *codecs)
    info = probe(path)
    output = tmp_path / f"copy{output_suffix(info)}"
    before = heard(path)
    assert may_repace(info, output.suffix)
    assert shift_audio(info, 0.12, output, pace=pace).losses == ()
    frames = shown(output)
    assert [number for _, number in frames] == list(range(FRAMES))
    moments = [seconds - frames[0][0] for seconds, _ in frames]
    assert moments == pytest.approx((np.arange(FRAMES) / 25 / pace).tolist(), abs=exact)
    assert heard(output) == pytest.approx([time + 0.12 for time in before], abs=2e-3)
    assert picture_packets(output) == picture_packets(path)


def test_a_cut_between_frames_stays_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    ffmpeg("-ss", "0.531", "-i", made(tmp_path / "x.mp4", *X264, "-c:a", "aac"), "-c", "copy", path)
    info = probe(path)
    shift_audio(info, 0.0, tmp_path / "y.mp4", pace=1.02)
    before, after = shown(path), shown(tmp_path / "y.mp4")
    assert [number for _, number in after] == [number for _, number in before]
    assert frame_times(probe(tmp_path / "y.mp4")).seconds == pytest.approx(
        frame_times(info).seconds / 1.02, abs=1e-4
    )
    assert heard(tmp_path / "y.mp4") == pytest.approx(heard(path), abs=2e-3)


@pytest.mark.parametrize("codecs", [("-c:v", "mpeg4", "-c:a", "pcm_s16le")])
def test_frames_that_have_numbers_alone_cannot_be_shown_at_other_times(
    tmp_path: Path, codecs: tuple[str, ...]
) -> None:
    info = probe(made(tmp_path / "x.avi", *codecs))
    assert not may_repace(info, ".avi")
    assert not may_repace(info, ".mkv")
