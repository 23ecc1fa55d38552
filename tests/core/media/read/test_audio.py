from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.errors import MediaTooLong, NoAudioStream
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.sounds import Sound
from liptune.core.media.types import MediaLimits
from tests.media_factory import bursts, ffmpeg, find_bursts, numbered_video, read_number, sound_file

TIMES = (0.5, 1.0, 1.5)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M")


def sound_of(path: Path, sound: Sound | None = None) -> NDArray[np.float32]:
    info = probe(path)
    begin = require_video(info).start_seconds if info.video else require_audio(info).start_seconds
    return np.concatenate(list(decode_audio(info, origin_seconds=begin, sound=sound)))


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A numbered picture and bursts of sound, two seconds each."""
    folder = tmp_path_factory.mktemp("parts")
    picture = numbered_video(folder / "picture.nut", frames=50, mux=("-bf", "0"))
    return picture, sound_file(folder / "sound.wav", bursts(TIMES, 2.0, 2))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("container", "video", "audio", "tolerance_ms", "late"),
    [
        ("mp4", X264, "aac", 1.1, 0.32),
        ("mp4", X264, "aac", 1.1, -0.32),
        ("mov", X264, "pcm_s16le", 0.1, 0.32),
        ("mkv", X264, "flac", 0.6, -0.32),
        ("mkv", X264, "aac", 0.6, 0.32),
        # Some releases of ffmpeg write Opus into Matroska 6.5 ms early (the codec delay counted twice).
        ("webm", VP8, "libopus", 7.6, 0.32),
        ("ts", X264, "mp2", 0.1, 0.32),
        ("ts", X264, "aac", 0.1, -0.32),
        ("mpg", ("-c:v", "mpeg2video", "-q:v", "2"), "mp2", 0.1, 0.32),
        ("flv", X264, "aac", 0.6, 0.32),
    ],
)
def test_starts_of_the_streams_are_honoured(  # noqa: PLR0917
    tmp_path: Path,
    parts: tuple[Path, Path],
    container: str,
    video: tuple[str, ...],
    audio: str,
    tolerance_ms: float,
    late: float,
) -> None:
    picture, sound = parts
    path = tmp_path / f"x.{container}"
    rate = ("-ar", "44100") if container == "flv" else ()
    ffmpeg(
        "-itsoffset", str(max(0, -late)), "-i", picture, "-itsoffset", str(max(0, late)), "-i", sound,
        "-map", "0:v", "-map", "1:a", "-vsync", "passthrough", *video, "-c:a", audio, *rate, path,
    )  # fmt: skip
    expected = np.array(TIMES) + late
    assert find_bursts(sound_of(path), 16_000) == pytest.approx(expected, abs=tolerance_ms / 1000)
    frames = decode_frames(probe(path), side=128, colour="gray")
    assert [read_number(frame) for batch in frames for frame in batch.frames] == list(range(50))


def test_a_gap_stays_a_gap(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    path = tmp_path / "x.mkv"
    ffmpeg("-i", parts[1], "-af", "asetpts='PTS+0.25/TB*gte(T,0.7)'", "-c:a", "flac", path)
    assert find_bursts(sound_of(path), 16_000) == pytest.approx([0.5, 1.25, 1.75], abs=0.002)


def test_a_separate_file_begins_at_its_first_sample(parts: tuple[Path, Path]) -> None:
    sound = sound_of(parts[1])
    assert len(sound) == 32_000
    assert find_bursts(sound, 16_000) == pytest.approx(TIMES, abs=1e-4)


def test_level_is_kept(parts: tuple[Path, Path]) -> None:
    assert np.abs(sound_of(parts[1])).max() == pytest.approx(0.8, abs=0.01)


def test_opposite_polarity_does_not_cancel(tmp_path: Path) -> None:
    sound = bursts(TIMES, 2.0, 2) * np.array([1, -1], np.float32)
    assert find_bursts(sound_of(sound_file(tmp_path / "x.wav", sound)), 16_000) == pytest.approx(
        TIMES, abs=1e-4
    )


def test_six_channels_keep_the_voice_in_the_centre(tmp_path: Path) -> None:
    sound = np.zeros((96_000, 6), np.float32)
    sound[:, 2:3] = bursts(TIMES, 2.0)
    path = sound_file(tmp_path / "x.flac", sound, "-channel_layout", "5.1")
    peaks = find_bursts(sound_of(path), 16_000)
    assert peaks == pytest.approx(TIMES, abs=1e-4)


def test_streams_are_chosen_by_index(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    other = sound_file(tmp_path / "other.wav", bursts([0.75], 2.0))
    path = tmp_path / "x.mkv"
    ffmpeg(
        "-i",
        parts[0],
        "-i",
        parts[1],
        "-i",
        other,
        "-map",
        "0",
        "-map",
        "1",
        "-map",
        "2",
        "-c:a",
        "flac",
        path,
    )
    assert find_bursts(sound_of(path, Sound(2)), 16_000) == pytest.approx([0.75], abs=0.002)
    assert len(find_bursts(sound_of(path), 16_000)) == 3


def test_one_channel_is_heard_alone(tmp_path: Path) -> None:
    sound = np.zeros((96_000, 6), np.float32)
    sound[:, 2:3] = bursts([0.5, 1.0], 2.0)
    sound[:, 4:5] = bursts([0.75], 2.0)
    path = sound_file(tmp_path / "x.flac", sound, "-channel_layout", "5.1")
    assert find_bursts(sound_of(path, Sound(0, 2)), 16_000) == pytest.approx([0.5, 1.0], abs=1e-4)
    assert find_bursts(sound_of(path, Sound(0, 4)), 16_000) == pytest.approx([0.75], abs=1e-4)
    assert np.abs(sound_of(path, Sound(0, 2))).max() == pytest.approx(0.8, abs=0.01)
    assert np.abs(sound_of(path, Sound(0, 1))).max() == 0


@pytest.mark.one_in(2)
@pytest.mark.parametrize("channels", [10, 16])
def test_many_channels_without_a_usual_layout_are_averaged(tmp_path: Path, channels: int) -> None:
    sound = np.zeros((96_000, channels), np.float32)
    sound[:] = bursts(TIMES, 2.0)
    path = sound_file(tmp_path / "x.mov", sound, "-c:a", "pcm_s16le")
    assert find_bursts(sound_of(path), 16_000) == pytest.approx(TIMES, abs=2e-4)
    assert find_bursts(sound_of(path, Sound(0, channels - 1)), 16_000) == pytest.approx(TIMES, abs=2e-4)


def test_no_sound(parts: tuple[Path, Path]) -> None:
    with pytest.raises(NoAudioStream):
        next(decode_audio(probe(parts[0]), origin_seconds=0))


def test_decoding_stops_at_the_limit(parts: tuple[Path, Path]) -> None:
    with pytest.raises(MediaTooLong):
        list(decode_audio(probe(parts[1]), origin_seconds=0, limits=MediaLimits(seconds=0.5)))
