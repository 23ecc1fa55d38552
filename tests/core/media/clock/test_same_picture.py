from pathlib import Path

import pytest

from liptune.core.media.clock.same_picture import shows_the_same
from liptune.core.media.probe.probe import probe
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file, turned


@pytest.fixture
def video(tmp_path: Path) -> Path:
    sound = sound_file(tmp_path / "sound.wav", bursts([0.5], 2.0))
    return numbered_video(tmp_path / "video.mp4", frames=50, extra=("-i", sound), mux=("-c:a", "aac"))


def same(first: Path, second: Path) -> bool:
    return shows_the_same(probe(first), probe(second))


@pytest.mark.parametrize("name", ["copy.mp4", "copy.mov"])
def test_another_sound_leaves_the_picture_the_same(name: str, video: Path, tmp_path: Path) -> None:
    copy = tmp_path / name
    ffmpeg("-i", video, "-itsoffset", "0.3", "-i", video, "-map", "0:v", "-map", "1:a", "-c", "copy", copy)
    assert same(video, copy)


def test_packets_encoded_anew_are_another_picture(video: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    ffmpeg("-i", video, "-c:v", "libx264", "-crf", "12", copy)
    assert not same(video, copy)


def test_one_frame_less_is_another_picture(video: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    ffmpeg("-i", video, "-c", "copy", "-frames:v", "49", copy)
    assert not same(video, copy)


@pytest.mark.parametrize("moved", ["gte(N,25)*400", "N*4"], ids=["a pause", "another speed"])
def test_the_same_packets_at_other_moments_are_another_picture(
    moved: str, video: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.mp4"
    stamps = f"setts=pts='PTS+{moved}':dts='DTS+{moved}'"
    ffmpeg("-i", video, "-map", "0:v", "-c", "copy", "-bsf:v", stamps, copy)
    assert not same(video, copy)


def test_a_picture_shown_on_its_side_is_another_picture(video: Path, tmp_path: Path) -> None:
    assert not same(video, turned(video, tmp_path / "copy.mp4", 90))


def test_a_trimmed_picture_is_another(video: Path, tmp_path: Path) -> None:
    """An edit list hides frames whose packets are all there."""
    copy = tmp_path / "copy.mp4"
    ffmpeg("-ss", "0.4", "-i", video, "-c", "copy", copy)
    assert not same(video, copy)
