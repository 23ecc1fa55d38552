from pathlib import Path

import numpy as np
import pytest

from liptune.core.media.decibels import SILENCE_DBFS
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.levels import measure_levels
from tests.media_factory import RATE, ffmpeg, sound_file


def tone(seconds: float, amplitude: float = 0.5) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return (amplitude * np.sin(2 * np.pi * 500 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def test_each_channel_and_each_moment_has_its_level(tmp_path: Path) -> None:
    left, right = tone(6.0), np.concatenate([np.zeros(3 * RATE, np.float32), tone(3.0, 0.05)])
    info = probe(sound_file(tmp_path / "x.wav", np.stack([left, right], axis=1)))
    levels = measure_levels(info, info.audio[0])
    assert levels is not None
    assert levels.moments == pytest.approx([-9.03] * 12, abs=0.1)
    assert levels.channels == pytest.approx([-9.03, -29.03 - 3.01], abs=0.2)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_a_stream_that_ends_early_is_silent_from_there_on(tmp_path: Path, container: str) -> None:
    path = tmp_path / f"x.{container}"
    ffmpeg(
        "-f", "lavfi", "-i", "sine=d=6:r=48000", "-f", "lavfi", "-i", "sine=d=3:r=48000",
        "-map", "0", "-map", "1", "-c:a", "aac", path,
    )  # fmt: skip
    info = probe(path)
    levels = measure_levels(info, info.audio[1])
    assert levels is not None
    assert min(levels.moments[:5]) > -30
    assert max(levels.moments[7:]) == SILENCE_DBFS


def test_a_moment_of_sound_is_enough(tmp_path: Path) -> None:
    info = probe(sound_file(tmp_path / "x.wav", tone(0.2)[:, None]))
    levels = measure_levels(info, info.audio[0])
    assert levels is not None
    assert len(levels.moments) == len(levels.channels) == 1


def test_what_cannot_be_decoded_has_no_level(tmp_path: Path) -> None:
    path = tmp_path / "x.mkv"
    ffmpeg("-f", "lavfi", "-i", "sine=d=1:r=48000", "-c:a", "flac", path)
    info = probe(path)
    content = bytearray(path.read_bytes())
    content[1500:] = bytes(len(content) - 1500)
    path.write_bytes(content)
    levels = measure_levels(info, info.audio[0])
    assert levels is None or max(levels.moments) == SILENCE_DBFS
