from collections.abc import Iterable
from pathlib import Path

import pytest

CLIPS = Path(__file__).parents[3] / "shared" / "clips" / "train"
CLIPS_EACH = 160
"""Between the clips that are taken: neighbours are of one speaker."""


@pytest.fixture
def few_clips(tmp_path: Path) -> Path:
    """A folder with a handful of training clips; skips where there are none."""
    return _linked(tmp_path / "clips", sorted(CLIPS.glob("arabic_news_*.mp4"))[::CLIPS_EACH])


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    """A folder with two sentences of three seconds; skips where there are none."""
    return _linked(tmp_path / "sentences", sorted(CLIPS.glob("grid_*.mp4"))[:2])


def _linked(folder: Path, clips: Iterable[Path]) -> Path:
    if not CLIPS.is_dir():
        pytest.skip("the training clips are not here")
    folder.mkdir()
    for path in clips:
        (folder / path.name).symlink_to(path)
    return folder
