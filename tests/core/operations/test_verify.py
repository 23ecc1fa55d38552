from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liptune.core.analysis import Analysis
from liptune.core.analysis import cache as caching
from liptune.core.analysis.run import analyse
from liptune.core.library import NoCache
from liptune.core.media.types import NO_LIMITS
from liptune.core.operations.judge import judged
from liptune.core.operations.measure import Measured, measured
from liptune.core.operations.verify import remeasured
from liptune.core.options import MeasureOptions, RetimeOptions
from liptune.core.progress import silent
from tests.core.media.truth import packets
from tests.media_factory import ffmpeg

SAMPLE = Path(__file__).parents[3] / "samples" / "astronaut_early.mp4"
LATER = ("-af", "adelay=200:all=1")
CONTAINERS = ["mp4", "mkv", "mov"]


@pytest.fixture(params=CONTAINERS)
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"video.{request.param}"
    ffmpeg("-i", SAMPLE, "-t", "2", "-c:v", "libx264", "-bf", "2", "-c:a", "aac", path)
    return path


@pytest.fixture
def copy(video: Path) -> Path:
    """The same packets of the picture, another sound."""
    path = video.with_stem("copy")
    ffmpeg("-i", video, "-c:v", "copy", *LATER, "-c:a", "aac", path)
    return path


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pictures that were decoded."""
    names: list[str] = []

    def counted(*given: Any, **others: Any) -> Analysis:
        names.append(given[0].path.stem)
        return analyse(*given, **others)

    monkeypatch.setattr(caching, "analyse", counted)
    return names


def measure(path: Path, options: MeasureOptions) -> Measured:
    return measured(path, None, options, cache=NoCache(), progress=silent, limits=NO_LIMITS)


@pytest.mark.one_in(3)
def test_a_copied_picture_is_not_decoded_and_gives_the_same(
    video: Path, copy: Path, looks: list[str]
) -> None:
    options = RetimeOptions()
    before = measure(video, options)
    after = remeasured(copy, before, options, cache=NoCache(), progress=silent)
    assert looks == ["video"]
    anew = measure(copy, options)
    assert np.array_equal(after.analysis.audio, anew.analysis.audio, equal_nan=True)
    assert not np.array_equal(after.analysis.audio, before.analysis.audio, equal_nan=True)
    for mine, other in zip(after.analysis.tracks, anew.analysis.tracks, strict=True):
        assert np.array_equal(mine.embeddings, other.embeddings, equal_nan=True)
    assert after.clip.speaker.score == anew.clip.speaker.score


@pytest.mark.slow
def test_the_judge_does_not_look_at_a_copied_picture_either(
    video: Path, copy: Path, looks: list[str]
) -> None:
    options = RetimeOptions()
    cache = caching.Remembering(NoCache())
    before = measured(video, None, options, cache=cache, progress=silent, limits=NO_LIMITS)
    opinion = judged(before, copy, options, cache=cache, progress=silent, limits=NO_LIMITS)
    assert looks == ["video"]
    after = remeasured(copy, before, options, cache=cache, progress=silent)
    assert after.analysis.engine.id == "lite"
    alone = measure(copy, MeasureOptions.model_construct(engine="judge"))
    assert opinion is not None
    assert opinion.after.offset_ms == pytest.approx(alone.clip.speaker.score.offset_ms, abs=1e-6)


@pytest.mark.one_in(3)
def test_a_copy_of_which_a_byte_differs_is_decoded(video: Path, copy: Path, looks: list[str]) -> None:
    before = measure(video, RetimeOptions())
    position, size = packets(copy, "v")[30]
    with copy.open("r+b") as file:
        file.seek(position + size - 1)
        last = file.read(1)[0]
        file.seek(position + size - 1)
        file.write(bytes([last ^ 1]))
    remeasured(copy, before, RetimeOptions(), cache=NoCache(), progress=silent)
    assert looks == ["video", "copy"]
