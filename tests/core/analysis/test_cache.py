from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.analysis import Analysis, EngineIdentity, TrackAnalysis, analysis_key, identity_of
from liptune.core.analysis.cache import FolderCache
from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.sounds import Sound
from liptune.core.media.types import Region
from tests.engines import NoiseEngine

ENGINE = identity_of(NoiseEngine())
KEY = "k" * 64


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
    )


def assert_equal(a: Analysis, b: Analysis) -> None:
    assert (a.engine, a.frames, a.sightings, len(a.tracks)) == (
        b.engine,
        b.frames,
        b.sightings,
        len(b.tracks),
    )
    pairs: list[tuple[NDArray[Any], NDArray[Any]]] = [(a.audio, b.audio), (a.loudness, b.loudness)]
    pairs.append((a.cuts, b.cuts))
    for x, y in zip(a.tracks, b.tracks, strict=True):
        assert (x.track.index, x.track.first) == (y.track.index, y.track.first)
        pairs += [(x.embeddings, y.embeddings), (x.track.landmarks, y.track.landmarks)]
        pairs += [(x.track.boxes, y.track.boxes), (x.track.seen, y.track.seen)]
    for one, other in pairs:
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("tracks", [0, 1, 12])
def test_what_is_saved_is_loaded(tmp_path: Path, tracks: int) -> None:
    cache = FolderCache(tmp_path / "new" / "folder")
    cache.save(KEY, analysis(tracks))
    loaded = cache.load(KEY)
    assert loaded is not None
    assert_equal(loaded, analysis(tracks))


def test_saving_again_replaces_and_leaves_one_file(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.save(KEY, analysis(1))
    cache.save(KEY, analysis(2))
    loaded = cache.load(KEY)
    assert loaded is not None
    assert len(loaded.tracks) == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_there_before(tmp_path: Path) -> None:
    assert FolderCache(tmp_path).load(KEY) is None


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped", "header"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    cache = FolderCache(tmp_path)
    cache.save(KEY, analysis())
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
    assert cache.load(KEY) is None


def test_a_failed_save_leaves_nothing(tmp_path: Path) -> None:
    broken = replace(analysis(), audio=np.array([object()]))
    with pytest.raises(ValueError, match="pickle"):
        FolderCache(tmp_path).save(KEY, broken)
    assert list(tmp_path.iterdir()) == []


def test_the_key_depends_on_everything() -> None:
    others = [
        replace(ENGINE, id="x"),
        replace(ENGINE, weights_sha256="1" * 64),
        replace(ENGINE, preprocessing="x"),
        replace(ENGINE, window=5),
    ]
    keys = {_key("a", None, e) for e in [ENGINE, *others]}
    keys |= {_key("a", "a"), _key("b", None), _key("a", "b")}
    keys |= {_key(sound=Sound(2)), _key(sound=Sound(1, 0)), _key(sound=Sound(1, 1))}
    keys |= {_key(region=Region(0, 0, 64, 64)), _key(region=Region(0, 8, 64, 64))}
    assert len(keys) == 13
    assert _key("a", None, EngineIdentity(**vars(ENGINE))) == _key()


def _key(
    video: str = "a",
    audio: str | None = None,
    engine: EngineIdentity = ENGINE,
    sound: Sound = Sound(1),  # noqa: B008 - frozen
    region: Region | None = None,
) -> str:
    return analysis_key(video, audio, engine, sound=sound, region=region)
