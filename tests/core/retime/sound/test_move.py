"""Sound moved in real files: bursts at known times, and a picture whose packets must not change."""

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.types import SAMPLE_RATE
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.retime.sound.move import Moved, move_sound
from tests.media_factory import bursts, find_bursts, numbered_video

SECONDS = 8
TIMES = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
DRIFT = Clock((ClockPiece(0, SECONDS, Line(2.0, -0.004)),))
STEPS = Clock((ClockPiece(0, 3, Line()), ClockPiece(3, 6, Line(5.0)), ClockPiece(6, SECONDS, Line())))


def video(folder: Path, name: str, codec: str, channels: int = 2) -> Path:
    sound = folder / "sound.raw"
    sound.write_bytes(bursts(TIMES, SECONDS, channels).tobytes())
    extra: list[str | Path] = [
        "-f",
        "f32le",
        "-ar",
        "48000",
        "-ac",
        str(channels),
        "-i",
        sound,
        "-map",
        "0:v",
        "-map",
        "1:a",
    ]
    return numbered_video(folder / name, frames=25 * SECONDS, extra=[*extra, "-c:a", codec])


def moved(path: Path, mode: RetimeMode, clock: Clock) -> Moved:
    frames = np.arange(25.0 * SECONDS)
    warp = TimeWarp(frames / 25, clock.source(frames) / 25)
    plan = Plan(mode, "because", clock, warp, 0 * frames, 1 + 0 * frames, {})
    info = probe(path)
    return move_sound(info, plan, path.with_name(f"moved-{path.name}"), times=frame_times(info))


def packets(path: Path) -> str:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "framehash", "-"]
    rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return hashlib.sha256("".join(row.split(",")[-1] for row in rows if row[0] != "#").encode()).hexdigest()


def heard(path: Path) -> list[float]:
    info = probe(path)
    assert info.video
    sound = np.concatenate(list(decode_audio(info, origin_seconds=info.video.start_seconds)))
    return find_bursts(sound, SAMPLE_RATE)


@pytest.mark.one_in(5)
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "aac"),
        ("a.mov", "pcm_s16le"),
        ("a.mkv", "flac"),
        ("a.avi", "pcm_s16le"),
        ("a.ts", "mp2"),
        ("a.mxf", "pcm_s24le"),
    ],
)
@pytest.mark.parametrize("mode", [RetimeMode.DRIFT, RetimeMode.STEPS])
def test_the_sound_comes_when_the_plan_says_and_no_packet_of_the_picture_changes(
    name: str, codec: str, mode: RetimeMode, tmp_path: Path
) -> None:
    drifts = mode is RetimeMode.DRIFT
    path = video(tmp_path, name, codec)
    # Some encoders' own delay is in the file from the start.
    before = np.array(heard(path))
    expected = 0.996 * before + 0.08 if drifts else before + 0.2 * ((before > 3) & (before < 6))
    done = moved(path, mode, DRIFT if drifts else STEPS)
    np.testing.assert_allclose(heard(done.path), expected, atol=0.012)
    assert packets(done.path) == packets(path)
    assert done.sound == ("lossless" if codec in {"flac", "pcm_s16le", "pcm_s24le"} else "encoded")
    assert all(step.in_pause for step in done.steps)
    was, now = probe(path), probe(done.path)
    assert [(a.codec, a.channels, a.sample_rate) for a in now.audio] == [
        (a.codec, a.channels, a.sample_rate) for a in was.audio
    ]
    assert list(tmp_path.glob(".liptune*")) == []


def test_where_an_encoders_beginning_would_be_heard_sound_is_kept_without_loss(tmp_path: Path) -> None:
    path = video(tmp_path, "a.avi", "libmp3lame")
    before = np.array(heard(path))
    done = moved(path, RetimeMode.DRIFT, DRIFT)
    np.testing.assert_allclose(heard(done.path), 0.996 * before + 0.08, atol=0.008)
    assert [audio.codec for audio in probe(done.path).audio] == ["pcm_s16le"]
    assert [(loss.code, loss.stream) for loss in done.losses] == [("codec", 1)]


def test_a_drift_lasts_as_long_as_planned_to_the_sample(tmp_path: Path) -> None:
    path = video(tmp_path, "a.mov", "pcm_s24le", channels=6)
    done = moved(path, RetimeMode.DRIFT, DRIFT)
    command = ["ffmpeg", "-v", "error", "-i", str(done.path), "-f", "s32le", "-"]
    count = len(subprocess.run(command, check=True, capture_output=True).stdout) // 24
    assert abs(count - 0.996 * SECONDS * 48_000) <= 1


def test_steps_leave_all_other_samples_as_they_are(tmp_path: Path) -> None:
    path = video(tmp_path, "a.mkv", "flac")
    done = moved(path, RetimeMode.STEPS, STEPS)

    def samples(file: Path) -> NDArray[np.int16]:
        command = ["ffmpeg", "-v", "error", "-i", str(file), "-f", "s16le", "-"]
        raw = subprocess.run(command, check=True, capture_output=True).stdout
        return np.frombuffer(raw, "<i2").reshape(-1, 2)

    before, after = samples(path), samples(done.path)
    np.testing.assert_array_equal(after[: 48_000 * 2], before[: 48_000 * 2])
    late = round(0.2 * 48_000)
    middle = slice(round(4.4 * 48_000), round(4.6 * 48_000))
    shifted = slice(middle.start + late, middle.stop + late)
    best = min(range(-300, 301), key=lambda by: int(
        np.abs(after[shifted.start + by : shifted.stop + by].astype(int) - before[middle]).sum()
    ))  # fmt: skip
    np.testing.assert_array_equal(after[shifted.start + best : shifted.stop + best], before[middle])
