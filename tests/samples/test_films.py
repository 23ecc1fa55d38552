"""The committed sample videos are what the demo says they are."""

import importlib.util
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import dlib
import numpy as np
import pytest
from numpy.typing import NDArray

SAMPLES = Path(__file__).parents[2] / "samples"
IN_SYNC, EARLY = SAMPLES / "astronaut.mp4", SAMPLES / "astronaut_early.mp4"
RATE = 16_000
SIDE = 400


def output_of(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def streams(path: Path) -> dict[str, dict[str, Any]]:
    shown = output_of("ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path))
    return {stream["codec_type"]: stream for stream in json.loads(shown)["streams"]}


def sound(path: Path) -> NDArray[np.float32]:
    raw = output_of(
        "ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"
    )
    return np.frombuffer(raw, np.float32)


def picture(path: Path) -> NDArray[np.uint8]:
    raw = output_of("ffmpeg", "-v", "error", "-i", str(path), "-pix_fmt", "gray", "-f", "rawvideo", "-")
    return np.frombuffer(raw, np.uint8).reshape(-1, SIDE, SIDE)


def loudness(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log energy every 10 ms, at 5, 15, 25 ... ms."""
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    levels: NDArray[np.float64] = np.log(np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1)) + 1e-3)
    return levels


@cache
def opening() -> NDArray[np.float64]:
    """The height between the inner lips. The head hardly moves: the first frame's face serves for all."""
    frames = picture(IN_SYNC)
    face = dlib.get_frontal_face_detector()(frames[0])[0]
    found = importlib.util.find_spec("face_recognition_models")
    assert found is not None
    assert found.origin is not None
    model = Path(found.origin).parent / "models" / "shape_predictor_68_face_landmarks.dat"
    predictor = dlib.shape_predictor(str(model))
    shapes = [predictor(frame, face) for frame in frames]
    return np.array([shape.part(66).y - shape.part(62).y for shape in shapes], np.float64)


def lag_ms(path: Path) -> int:
    """By how much the sound must be delayed for its loudness to follow the mouth's opening best."""
    loud = loudness(sound(path))
    opened = opening()
    times = (np.arange(len(loud)) + 0.5) / 100
    opened = np.interp(times, (np.arange(len(opened)) + 0.5) / 25, opened)
    lags = range(-30, 31)
    inner = slice(30, len(loud) - 30)
    agreement = [np.corrcoef(np.roll(loud, lag)[inner], opened[inner])[0, 1] for lag in lags]
    assert max(agreement) > 0.4
    return lags[int(np.argmax(agreement))] * 10


@pytest.mark.parametrize("path", [IN_SYNC, EARLY], ids=lambda path: path.stem)
def test_is_a_small_25_fps_video_whose_streams_start_together(path: Path) -> None:
    found = streams(path)
    assert path.stat().st_size < 1_500_000
    assert found["video"]["avg_frame_rate"] == "25/1"
    assert 6 <= float(found["video"]["duration"]) <= 8
    assert float(found["audio"]["duration"]) == pytest.approx(float(found["video"]["duration"]), abs=0.04)
    assert float(found["video"]["start_time"]) == float(found["audio"]["start_time"]) == 0


def test_the_pictures_are_the_same_to_the_bit() -> None:
    hashes = [
        output_of("ffmpeg", "-v", "error", "-i", str(p), "-map", "0:v", "-c", "copy", "-f", "md5", "-")
        for p in (IN_SYNC, EARLY)
    ]
    assert hashes[0] == hashes[1]


def test_the_early_sound_is_the_same_sound_120_ms_earlier() -> None:
    own, early = sound(IN_SYNC), sound(EARLY)
    length = min(len(own), len(early))
    spectrum = np.fft.rfft(own[:length], 2 * length) * np.conj(np.fft.rfft(early[:length], 2 * length))
    correlation = np.fft.irfft(spectrum)
    delay = int(np.argmax(correlation))
    assert delay / RATE == pytest.approx(0.120, abs=0.0005)
    norm = np.sqrt((own[delay:length] ** 2).sum() * (early[: length - delay] ** 2).sum())
    assert correlation[delay] / norm > 0.99


def test_the_mouth_opens_with_the_sound() -> None:
    assert abs(lag_ms(IN_SYNC)) <= 40


def test_the_mouth_opens_120_ms_after_the_early_sound() -> None:
    assert lag_ms(EARLY) - lag_ms(IN_SYNC) == pytest.approx(120, abs=10)
