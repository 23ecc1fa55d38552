from pathlib import Path

import pytest

from tests.media_factory import talking


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 25 fps, 128x64, AAC sound with a burst at 1 s."""
    return talking(tmp_path_factory.mktemp("media") / "clip.mp4")
