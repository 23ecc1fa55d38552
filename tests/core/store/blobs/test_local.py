from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from liptune.core.errors import StorageUnavailable
from liptune.core.store.blobs.local import LocalBlobs


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs.open(tmp_path / "files")


def put(blobs: LocalBlobs, key: str, chunks: Iterable[bytes]) -> str:
    writer = blobs.create()
    for chunk in chunks:
        writer.write(chunk)
    return writer.commit(key).sha256


def files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_discarding_leaves_nothing(blobs: LocalBlobs, tmp_path: Path) -> None:
    writer = blobs.create()
    writer.write(b"half")
    writer.discard()
    assert files(tmp_path) == []


def test_discarding_after_the_commit_keeps_the_file(blobs: LocalBlobs) -> None:
    writer = blobs.create()
    writer.write(b"whole")
    writer.commit("media/a")
    writer.discard()
    assert b"".join(blobs.read("media/a", 0, 5)) == b"whole"


def test_deleting_removes_the_file_and_its_empty_folders(blobs: LocalBlobs, tmp_path: Path) -> None:
    put(blobs, "jobs/1/2/report.json", [b"x"])
    blobs.delete("jobs/1/2/report.json")
    blobs.delete("jobs/1/2/report.json")
    assert not (tmp_path / "files" / "jobs" / "1").exists()


@pytest.mark.parametrize("key", ["../out", "media/../../out", "/etc/passwd"])
def test_a_key_may_not_leave_the_folder(blobs: LocalBlobs, key: str) -> None:
    with pytest.raises(ValueError, match="leave"):
        blobs.read(key, 0, 1)


def test_a_folder_that_is_gone_fails_its_check(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        LocalBlobs(tmp_path / "nowhere").check()


def test_sweeping_removes_what_dead_writers_left(blobs: LocalBlobs, tmp_path: Path) -> None:
    put(blobs, "media/a", [b"x"])
    (tmp_path / "files" / ".incoming" / "dead").write_bytes(b"half")
    blobs.sweep(timedelta(hours=1))
    assert len(files(tmp_path)) == 2
    blobs.sweep(timedelta(seconds=-1))
    assert files(tmp_path) == [tmp_path / "files" / "media" / "a"]
