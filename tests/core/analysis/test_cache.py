from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.analysis import Analysis, EngineIdentity, TrackAnalysis, identity_of
from liptune.core.analysis.analysis_file import heard_in, packed_picture, packed_sound, seen_in
from liptune.core.analysis.cache import FolderCache, Subject, analysed
from liptune.core.analysis.run import analyse
from liptune.core.analysis.types import Arrays, picture_key, sound_key
from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.probe.probe import probe
from liptune.core.media.sounds import Sound
from liptune.core.media.types import MediaInfo, Region
from tests.engines import NoiseEngine
from tests.media_factory import bursts, numbered_video, sound_file

ENGINE = identity_of(NoiseEngine())
KEY, OTHER = "k" * 64, "o" * 64


def noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def track(index: int, first: int, frames: int) -> TrackAnalysis:
    embeddings = noise(frames, 8)
    embeddings[1] = np.nan
    seen = np.arange(frames) % 3 > 0
    return TrackAnalysis(FaceTrack(index, first, noise(frames, 68, 2), noise(frames, 4), seen), embeddings)


def analysis(tracks: int = 2) -> Analysis:
    return Analysis(
        engine=ENGINE,
        frames=40,
        tracks=tuple(track(i, 3 * i, 20 + i) for i in range(tracks)),
        audio=noise(41, 8),
        loudness=noise(41),
        cuts=np.array([7, 19], np.int64),
        sightings=Sightings(40, 33, 120.5),
        phase_seconds=0.012,
    )


def assert_same(a: Arrays, b: Arrays) -> None:
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype
        np.testing.assert_array_equal(a[name], b[name])


@pytest.mark.parametrize("tracks", [0, 1, 12])
def test_what_is_kept_is_loaded(tmp_path: Path, tracks: int) -> None:
    cache, whole = FolderCache(tmp_path / "new" / "folder"), analysis(tracks)
    cache.save(KEY, packed_picture(whole))
    cache.save(OTHER, packed_sound(whole))
    seen, heard = seen_in(cache.load(KEY)), heard_in(cache.load(OTHER))
    assert seen is not None
    assert heard is not None
    again = Analysis.of(seen, heard)
    assert (again.engine, again.frames, again.sightings) == (ENGINE, 40, whole.sightings)
    assert again.phase_seconds == whole.phase_seconds
    assert_same(packed_picture(again), packed_picture(whole))
    assert_same(packed_sound(again), packed_sound(whole))


def test_a_sound_is_no_picture_and_a_picture_no_sound(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.save(KEY, packed_picture(analysis()))
    assert heard_in(cache.load(KEY)) is None
    cache.save(KEY, packed_sound(analysis()))
    assert seen_in(cache.load(KEY)) is None


def test_saving_again_replaces_and_leaves_one_file(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.save(KEY, packed_picture(analysis(1)))
    cache.save(KEY, packed_picture(analysis(2)))
    loaded = seen_in(cache.load(KEY))
    assert loaded is not None
    assert len(loaded.tracks) == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_there_before(tmp_path: Path) -> None:
    assert FolderCache(tmp_path).load(KEY) is None


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped", "header"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    cache = FolderCache(tmp_path)
    cache.save(KEY, packed_picture(analysis()))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(
        {
            "empty": b"",
            "text": b"not an archive",
            "cut": whole[: len(whole) // 2],
            "flipped": whole[:900] + bytes([whole[900] ^ 255]) + whole[901:],
            "header": whole.replace(
                b'"\x00\x00\x00f\x00\x00\x00r\x00\x00\x00a', b'"\x00\x00\x00f\x00\x00\x00r\x00\x00\x00b'
            ),
        }[damage]
    )
    assert file.read_bytes() != whole
    assert seen_in(cache.load(KEY)) is None


def test_a_failed_save_leaves_nothing(tmp_path: Path) -> None:
    broken = replace(analysis(), audio=np.array([object()]))
    with pytest.raises(ValueError, match="pickle"):
        FolderCache(tmp_path).save(KEY, packed_sound(broken))
    assert list(tmp_path.iterdir()) == []


OTHERS = [
    replace(ENGINE, id="x"),
    replace(ENGINE, weights_sha256="1" * 64),
    replace(ENGINE, preprocessing="x"),
    replace(ENGINE, window=5),
]


def test_the_pictures_key_depends_on_everything_but_the_sound() -> None:
    keys = {picture_key("a", engine, None) for engine in [ENGINE, *OTHERS]}
    keys |= {picture_key(file, ENGINE, Region(0, at, 64, 64)) for file in "ab" for at in (0, 8)}
    assert len(keys) == 9
    assert picture_key("a", EngineIdentity(**vars(ENGINE)), None) == picture_key("a", ENGINE, None)


def test_the_sounds_key_depends_on_everything_but_the_picture() -> None:
    keys = {sound_key("a", engine, Sound(1), 0.0) for engine in [ENGINE, *OTHERS]}
    keys |= {sound_key(file, ENGINE, Sound(1), at) for file in "ab" for at in (0.0, -0.4, 0.02)}
    keys |= {sound_key("a", ENGINE, sound, 0.0) for sound in (Sound(2), Sound(1, 0), Sound(1, 1))}
    assert len(keys) == 13
    assert keys.isdisjoint({picture_key("a", ENGINE, None)})


@pytest.fixture(scope="module")
def dubs(tmp_path_factory: pytest.TempPathFactory) -> tuple[MediaInfo, list[MediaInfo]]:
    """A picture, and sounds for it."""
    folder = tmp_path_factory.mktemp("dubs")
    numbered_video(folder / "picture.mp4", frames=20)
    for number in range(3):
        sound_file(folder / f"{number}.wav", bursts([0.1 + 0.2 * number], 0.8))
    return probe(folder / "picture.mp4"), [probe(folder / f"{number}.wav") for number in range(3)]


def test_many_sounds_cost_one_look_at_the_picture(
    dubs: tuple[MediaInfo, list[MediaInfo]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, sounds = dubs
    engine, cache = NoiseEngine(), FolderCache(tmp_path)
    alone = [analyse(picture, sound, engine, sound=Sound(sound.audio[0].index)) for sound in sounds]
    looks = []

    def looking(*given: Any, **options: Any) -> Analysis:
        looks.append(given)
        return analyse(*given, **options)

    monkeypatch.setattr("liptune.core.analysis.cache.analyse", looking)
    for _ in range(2):
        for sound, expected in zip(sounds, alone, strict=True):
            found = analysed(Subject(picture, sound, engine), Sound(sound.audio[0].index), cache=cache)
            assert_same(packed_sound(found), packed_sound(expected))
            assert_same(packed_picture(found), packed_picture(expected))
    assert len(looks) == 1
    assert len(list(tmp_path.iterdir())) == 1 + len(sounds)


def test_one_sound_is_heard_once_for_many_pictures(
    dubs: tuple[MediaInfo, list[MediaInfo]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, (sound, *_) = dubs
    engine, cache = NoiseEngine(), FolderCache(tmp_path)
    chosen = Sound(sound.audio[0].index)
    whole = analysed(Subject(picture, sound, engine), chosen, cache=cache)
    part = Subject(picture, sound, engine, Region(0, 0, 64, 64))
    cache.save(part.picture_key(engine), packed_picture(replace(whole, tracks=())))
    monkeypatch.setattr("liptune.core.analysis.cache.listen", None)
    assert_same(packed_sound(analysed(part, chosen, cache=cache)), packed_sound(whole))
