from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from liptune.core.dub.sound import lost_in_length, outlasts, require_length, samples_of
from liptune.core.errors import NoSpeech
from liptune.core.media.inventory.losses import Lost
from liptune.core.media.laying import laid
from liptune.core.media.probe.probe import probe
from liptune.core.media.sounds import Sound
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.shorten import shortened
from liptune.core.progress import Remembered, silent
from tests.media_factory import ffmpeg


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sounds")
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64:rate=25:duration=3", folder / "picture.mp4")
    for seconds in (0.2, 2, 3, 5):
        # A pitch that rises: a second's sound tells which second it is.
        chirp = f"aevalsrc=0.5*sin(2*PI*(200+100*t)*t):duration={seconds}:sample_rate=48000"
        ffmpeg("-f", "lavfi", "-i", chirp, folder / f"{seconds}.wav")
    ffmpeg("-i", folder / "5.wav", "-c:a", "aac", folder / "5.m4a")
    return folder


def known(folder: Path, name: str) -> tuple[MediaInfo, MediaInfo]:
    picture = probe(folder / "picture.mp4")
    return laid(probe(folder / name), picture, "picture"), picture


def test_too_short_a_sound_is_refused(folder: Path) -> None:
    with pytest.raises(NoSpeech, match=r"0\.2 s"):
        require_length(*known(folder, "0.2.wav"))
    require_length(*known(folder, "2.wav"))


def test_sound_that_comes_after_the_picture_is_refused(folder: Path) -> None:
    sound, picture = known(folder, "5.wav")
    with pytest.raises(NoSpeech):
        require_length(replace(sound, picture_begins=-2.5), picture)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("2.wav", [(Lost.SILENCE, "1.0")]),
        ("3.wav", []),
        ("5.wav", [(Lost.SOUND_CUT, "2.0")]),
        ("5.m4a", [(Lost.SOUND_CUT, "2.0")]),
    ],
)
def test_what_is_cut_or_silent_is_told(folder: Path, name: str, told: list[tuple[Lost, str]]) -> None:
    sound, picture = known(folder, name)
    assert [(each.kind, each.what) for each in lost_in_length(sound, picture)] == told
    assert outlasts(sound, picture) is any(kind is Lost.SOUND_CUT for kind, _ in told)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("begins", [None, 1.0, -1.0])
@pytest.mark.parametrize("name", ["5.wav", "5.m4a"])
def test_a_shortened_sound_is_heard_when_it_was(
    folder: Path, name: str, begins: float | None, tmp_path: Path
) -> None:
    sound, picture = known(folder, name)
    sound = replace(sound, picture_begins=begins)
    cut = shortened(sound, 3.0, tmp_path, Remembered(silent))
    before, after = (
        samples_of(each, Sound(each.audio[0].index), picture)[: round(2.9 * 16_000)] for each in (sound, cut)
    )
    assert len(before) == len(after)
    np.testing.assert_allclose(before, after, atol=2e-3)
    assert not outlasts(cut, picture)


def test_samples_begin_and_end_with_the_picture(folder: Path) -> None:
    sound, picture = known(folder, "5.wav")
    whole = samples_of(sound, Sound(0), picture)
    assert len(whole) == 3 * 16_000
    late = samples_of(replace(sound, picture_begins=-0.5), Sound(0), picture)
    assert (late[:7900] == 0).all()
    np.testing.assert_allclose(late[8000:], whole[: len(late) - 8000], atol=1e-3)
    assert len(samples_of(*_swapped(known(folder, "2.wav")))) == 2 * 16_000


def _swapped(pair: tuple[MediaInfo, MediaInfo]) -> tuple[MediaInfo, Sound, MediaInfo]:
    return pair[0], Sound(0), pair[1]
