import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.media_factory import talking

PAGE_BYTES = resource.getpagesize()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 25 fps, 128x64, AAC sound with a burst at 1 s."""
    return talking(tmp_path_factory.mktemp("media") / "clip.mp4")


@pytest.fixture
def disk_of(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a file system of so many bytes, rounded down to pages."""
    mounted: list[Path] = []

    def mount(size: int) -> Path:
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        option = f"size={size // PAGE_BYTES * PAGE_BYTES}"
        command = ["mount", "-t", "tmpfs", "-o", option, "tmpfs", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("only root may mount")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def small_disk(disk_of: Callable[[int], Path]) -> Path:
    """A file system of 100 kB."""
    return disk_of(100_000)
