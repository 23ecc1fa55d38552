import hashlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotFound, StorageUnavailable
from core.store.local import LocalBlobs


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


def test_what_is_written_comes_back_with_its_digest(blobs: LocalBlobs) -> None:
    digest = put(blobs, "media/a", [b"abc", b"", b"def"])
    assert digest == hashlib.sha256(b"abcdef").hexdigest()
    assert b"".join(blobs.read("media/a", 0, 6)) == b"abcdef"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 5), (6, 6), (5, 99)])
def test_a_part_is_read(blobs: LocalBlobs, start: int, end: int) -> None:
    put(blobs, "media/a", [b"abcdef"])
    assert b"".join(blobs.read("media/a", start, end)) == b"abcdef"[start:end]


def test_nothing_is_visible_before_the_commit(blobs: LocalBlobs) -> None:
    writer = blobs.create()
    writer.write(b"half")
    with pytest.raises(NotFound):
        blobs.read("media/a", 0, 4)
    writer.discard()


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


def test_what_is_being_written_can_be_looked_at(blobs: LocalBlobs) -> None:
    writer = blobs.create()
    writer.write(b"half")
    with writer.path() as path:
        assert path.read_bytes() == b"half"
    writer.discard()


def test_deleting_removes_the_file_and_its_empty_folders(blobs: LocalBlobs, tmp_path: Path) -> None:
    put(blobs, "jobs/1/2/report.json", [b"x"])
    blobs.delete("jobs/1/2/report.json")
    blobs.delete("jobs/1/2/report.json")
    assert not (tmp_path / "files" / "jobs" / "1").exists()


@pytest.mark.parametrize("key", ["../out", "media/../../out", "/etc/passwd"])
def test_a_key_may_not_leave_the_folder(blobs: LocalBlobs, key: str) -> None:
    with pytest.raises(ValueError, match="leave"):
        blobs.read(key, 0, 1)


def test_sweeping_removes_what_dead_writers_left(blobs: LocalBlobs, tmp_path: Path) -> None:
    put(blobs, "media/a", [b"x"])
    (tmp_path / "files" / ".incoming" / "dead").write_bytes(b"half")
    blobs.sweep(timedelta(hours=1))
    assert len(files(tmp_path)) == 2
    blobs.sweep(timedelta(seconds=-1))
    assert files(tmp_path) == [tmp_path / "files" / "media" / "a"]


def test_a_folder_that_works_passes_its_check(blobs: LocalBlobs) -> None:
    blobs.check()


def test_a_folder_that_is_gone_fails_its_check(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        LocalBlobs(tmp_path / "nowhere").check()
