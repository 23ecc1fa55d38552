import os
from pathlib import Path

import pytest

from liptune.core.errors import DiskFull
from liptune.core.media.write.staging import copy_untouched
from liptune.core.progress import silent


def test_a_copy_is_the_file_to_the_byte_and_its_progress_grows(tmp_path: Path) -> None:
    source = tmp_path / "x.bin"
    source.write_bytes(os.urandom(3_000_001))
    told: list[tuple[str, float]] = []
    copy_untouched(source, tmp_path / "y.bin", progress=lambda *step: told.append(step))
    assert (tmp_path / "y.bin").read_bytes() == source.read_bytes()
    assert told[0] == ("render", 0.0)
    assert told[-1] == ("render", 1.0)
    assert told == sorted(told)


def test_an_empty_file_is_copied(tmp_path: Path) -> None:
    (tmp_path / "x.bin").touch()
    copy_untouched(tmp_path / "x.bin", tmp_path / "y.bin", progress=silent)
    assert (tmp_path / "y.bin").stat().st_size == 0


def test_a_full_disk_is_named_and_left_clean(small_disk: Path, tmp_path: Path) -> None:
    source = tmp_path / "x.bin"
    source.write_bytes(bytes(1 << 20))
    with pytest.raises(DiskFull, match="No space left"):
        copy_untouched(source, small_disk / "y.bin", progress=silent)
    assert list(small_disk.iterdir()) == []
