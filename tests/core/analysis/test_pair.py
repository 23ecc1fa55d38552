"""Two engines that look at the same faces in one pass see what each sees alone."""

from pathlib import Path

import numpy as np
import pytest

from liptune.core.analysis.cache import FolderCache, Subject, analysed
from liptune.core.engines.judge import engine as judges
from liptune.core.engines.lite import engine as lites
from liptune.core.media.probe.probe import probe
from liptune.core.media.sounds import Sound
from liptune.core.operations.measure import analyse
from liptune.core.options import RetimeOptions
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "two seconds.mp4"
    ffmpeg("-i", SAMPLE, "-t", "2", "-c", "copy", path)
    return path


def test_each_half_is_what_the_engine_finds_alone(clip: Path, tmp_path: Path) -> None:
    info, cache = probe(clip), FolderCache(tmp_path / "both")
    sound = Sound(info.audio[0].index)
    lite, judge = lites.load(), judges.load()
    both = Subject(info, info, lite, companion=judge)
    found = analysed(both, sound, cache=cache)
    judged = analysed(Subject(info, info, judge), sound, cache=cache)
    for engine, half in ((lite, found), (judge, judged)):
        alone = analysed(Subject(info, info, engine), sound, cache=FolderCache(tmp_path / engine.id))
        assert half.engine == alone.engine
        assert np.array_equal(half.audio, alone.audio)
        for one, other in zip(half.tracks, alone.tracks, strict=True):
            assert np.array_equal(one.embeddings, other.embeddings)


def test_a_repair_is_prepared_with_what_its_judge_needs(clip: Path, tmp_path: Path) -> None:
    info, cache = probe(clip), FolderCache(tmp_path)
    sound, subject = Sound(info.audio[0].index), Subject(info, info, lites.load())
    analysed(subject, sound, cache=cache)
    keys = subject.picture_key(judges.load()), subject.sound_key(judges.load(), sound, 0.0)
    assert [cache.load(key) for key in keys] == [None, None]
    analyse(clip, None, RetimeOptions(), cache=cache)
    assert None not in [cache.load(key) for key in keys]
