from pathlib import Path

import pytest

CLIPS = Path(__file__).parents[3] / "shared" / "clips" / "train"
CLIPS_EACH = 160
"""Between the clips that are taken: neighbours are of one speaker."""


@pytest.fixture
def few_clips(tmp_path: Path) -> Path:
    """A folder with a handful of training clips; skips where there are none."""
    if not CLIPS.is_dir():
        pytest.skip("the training clips are not here")
    clips = tmp_path / "clips"
    clips.mkdir()
    for path in sorted(CLIPS.glob("arabic_news_*.mp4"))[::CLIPS_EACH]:
        (clips / path.name).symlink_to(path)
    return clips


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    """A folder with two sentences of three seconds; skips where there are none."""
    if not CLIPS.is_dir():
        pytest.skip("the training clips are not here")
    folder = tmp_path / "sentences"
    folder.mkdir()
    for path in sorted(CLIPS.glob("grid_*.mp4"))[:2]:
        (folder / path.name).symlink_to(path)
    return folder
