"""Frame count, times and duration of what cameras, phones and editors deliver, whatever is done to it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.picture import describe_picture
from liptune.core.media.write.remux import shift_audio
from tests.core.media.write.test_render import PRORES, VP9, X264, X265, rendered
from tests.media_factory import bursts, numbered_video, sound_file, turned

FRAMES = 24
PHONE = "settb=1/1000,setpts='N*33+6*mod(N,3)+2*mod(N,7)'"
RATES = ["24000/1001", "25", "30000/1001", "50", "60", "variable"]


@dataclass(frozen=True)
class Kind:
    """What a source is made of. ``sound``: its codec."""

    name: str
    picture: tuple[str, ...]
    sound: str


KINDS = {
    "h264": Kind("x.mp4", (*X264, "yuv420p"), "aac"),
    "hevc": Kind("x.mp4", (*X265, "log-level=error", "-tag:v", "hvc1"), "aac"),
    "prores": Kind("x.mov", (*PRORES, "1"), "pcm_s16le"),
    "vp9": Kind("x.webm", VP9, "libopus"),
}


def filmed(folder: Path, kind: Kind, rate: str) -> Path:
    """A video of a kind at a rate, with sound."""
    sound = sound_file(folder / "x.wav", bursts([0.4], 1.2))
    variable = rate == "variable"
    return numbered_video(
        folder / kind.name,
        frames=FRAMES,
        rate="1000" if variable else rate,
        filters=PHONE if variable else "null",
        codec=kind.picture,
        extra=("-i", sound),
        mux=("-c:a", kind.sound),
    )


def assert_same_frames(copy: MediaInfo, info: MediaInfo) -> None:
    before, after = require_video(info), require_video(copy)
    assert after.codec == before.codec
    # Matroska rounds both ends to milliseconds.
    assert after.duration_seconds == pytest.approx(before.duration_seconds, abs=1.01e-3)
    assert len(frame_times(copy).ticks) == FRAMES
    assert frame_times(copy).seconds == pytest.approx(frame_times(info).seconds, abs=1e-6)


@pytest.mark.one_in(7)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_rendered_copy_is_exact(tmp_path: Path, kind: Kind, rate: str) -> None:
    info, copy = rendered(filmed(tmp_path, kind, rate), tmp_path / f"copy-{kind.name}")
    assert_same_frames(copy, info)
    if rate != "variable":
        assert require_video(copy).fps == require_video(info).fps


@pytest.mark.one_in(7)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_moving_the_sound_is_exact(tmp_path: Path, kind: Kind, rate: str) -> None:
    info = probe(filmed(tmp_path, kind, rate))
    for number, offset in enumerate((0.12, -0.12)):
        output = tmp_path / f"{number}-{kind.name}"
        shift_audio(info, offset, output)
        assert_same_frames(probe(output), info)


@pytest.mark.slow
def test_a_phone_held_upright_is_rendered_exactly(tmp_path: Path) -> None:
    lying = filmed(tmp_path, KINDS["hevc"], "variable")
    info, copy = rendered(turned(lying, tmp_path / "phone.mp4", 90), tmp_path / "copy.mp4")
    assert_same_frames(copy, info)
    assert require_video(copy).rotation == 90
    assert describe_picture(copy).codec_tag == "hvc1"
