import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.analysis.run import STAGE, analyse
from liptune.core.errors import Canceled, NoAudioStream
from liptune.core.media.laying import laid
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import MediaInfo
from tests.core.analysis.clips import film
from tests.core.faces.scenes import scene
from tests.core.faces.test_tracker import sway, while_in
from tests.engines import NoiseEmbedder, NoiseEngine

FRAMES = 50
GAP = range(20, 26)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    path = while_in(sway(200, 180, 84), [range(GAP.start), range(GAP.stop, FRAMES)])
    frames = scene(FRAMES, [path], 480, 360)
    return probe(film(tmp_path_factory.mktemp("film") / "a face; with 'quotes'.mkv", frames))


@pytest.fixture(scope="module")
def analysis(clip: MediaInfo) -> Analysis:
    return analyse(clip, clip, NoiseEngine())


def test_every_frame_has_an_embedding_but_the_unseen(analysis: Analysis) -> None:
    (face,) = analysis.tracks
    embedded = np.asarray(np.isfinite(face.embeddings).all(axis=1))
    assert analysis.frames == face.track.frames == FRAMES
    np.testing.assert_array_equal(embedded, face.track.seen)
    assert not embedded[list(GAP)].any()
    assert embedded.sum() >= FRAMES - len(GAP) - 4
    np.testing.assert_allclose(np.linalg.norm(face.embeddings[embedded], axis=1), 1, rtol=1e-5)
    assert analysis.sightings.frames == FRAMES
    assert analysis.engine.id == "noise"


def test_the_sound_is_embedded_and_its_loudness_told(analysis: Analysis) -> None:
    assert len(analysis.audio) == len(analysis.loudness) == FRAMES
    middle = (np.arange(FRAMES) + 0.5) / 25
    expected = 20 * np.log10(2.0**-middle / np.sqrt(2))
    np.testing.assert_allclose(analysis.loudness, expected, atol=0.2)


def test_a_second_run_is_equal_to_the_bit(clip: MediaInfo, analysis: Analysis) -> None:
    again = analyse(clip, clip, NoiseEngine())
    np.testing.assert_array_equal(analysis.tracks[0].embeddings, again.tracks[0].embeddings)
    np.testing.assert_array_equal(analysis.tracks[0].track.landmarks, again.tracks[0].track.landmarks)
    np.testing.assert_array_equal(analysis.audio, again.audio)


def test_a_late_sound_is_late_in_its_own_file_but_not_in_a_separate_one(tmp_path: Path) -> None:
    frames = scene(20, [], 80, 60)
    late = probe(film(tmp_path / "late.mkv", frames, audio_delay=0.4))
    own = analyse(late, late, NoiseEngine()).loudness
    silent = probe(film(tmp_path / "silent.mkv", frames, audio=False))
    apart = analyse(silent, late, NoiseEngine()).loudness
    by_its_own_clock = analyse(silent, laid(late, silent, "file"), NoiseEngine()).loudness
    assert (own[:9] < -90).all()
    assert (own[10:] > -20).all()
    assert (apart[:19] > -20).all()
    np.testing.assert_allclose(by_its_own_clock, own, atol=0.1)


def test_without_a_face_there_is_no_track_and_no_failure(tmp_path: Path) -> None:
    clip = probe(film(tmp_path / "clouds.mkv", scene(30, [], 80, 60)))
    nothing = analyse(clip, clip, NoiseEngine())
    assert nothing.tracks == ()
    assert (nothing.frames, nothing.sightings.frames_with_face) == (30, 0)


def test_cuts_are_told(tmp_path: Path) -> None:
    frames = np.concatenate([scene(15, [], 80, 60, seed) for seed in (3, 4)])
    clip = probe(film(tmp_path / "cut.mkv", frames))
    assert list(analyse(clip, clip, NoiseEngine()).cuts) == [15]


def test_progress_rises_to_one(clip: MediaInfo) -> None:
    reports: list[tuple[str, float]] = []
    analyse(clip, clip, NoiseEngine(), progress=lambda stage, done: reports.append((stage, done)))
    shares = [done for _, done in reports]
    assert {stage for stage, _ in reports} == {STAGE}
    assert shares == sorted(shares)
    assert (shares[0] < 0.2, shares[-1]) == (True, 1.0)


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split())


def test_raising_from_progress_leaves_nothing_running(clip: MediaInfo) -> None:
    def cancel(stage: str, done: float, /) -> None:
        raise Canceled("enough")

    before, children = set(threading.enumerate()), _children()
    with pytest.raises(Canceled, match="enough"):
        analyse(clip, clip, NoiseEngine(), progress=cancel)
    assert set(threading.enumerate()) <= before
    assert _children() <= children


def test_a_video_without_sound_is_refused_before_any_work(tmp_path: Path) -> None:
    clip = probe(film(tmp_path / "silent.mkv", scene(5, [], 80, 60), audio=False))
    with pytest.raises(NoAudioStream):
        analyse(clip, clip, NoiseEngine())


class FailingEngine(NoiseEngine):
    """An engine whose network breaks on one side."""

    def __init__(self, side: str) -> None:
        self._side = side

    def video_embedder(self) -> NoiseEmbedder:
        return FailingEmbedder() if self._side == "video" else NoiseEmbedder()

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        if self._side == "audio":
            raise RuntimeError("network broke")
        return super().embed_audio(chunks)


class FailingEmbedder(NoiseEmbedder):
    def push(self, inputs: NDArray[Any]) -> None:
        raise RuntimeError("network broke")


@pytest.mark.parametrize("side", ["video", "audio"])
def test_an_error_in_the_background_comes_out(clip: MediaInfo, side: str) -> None:
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="network broke"):
        analyse(clip, clip, FailingEngine(side))
    assert set(threading.enumerate()) <= before
