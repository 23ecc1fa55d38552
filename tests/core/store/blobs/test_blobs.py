"""What every kind of storage promises."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from liptune.core.errors import NotFound
from liptune.core.settings import Settings
from liptune.core.store.blobs.protocol import BlobStore
from liptune.core.store.ids import new_id
from liptune.core.store.s3.client import make_bucket
from liptune.core.store.scratch import Scratch
from liptune.core.store.store import open_blobs

NOW = timedelta(seconds=-5)
"""As an age, that of files written up to five seconds from now."""


def in_folder(folder: Path, _: pytest.FixtureRequest) -> Settings:
    return Settings(data=folder)


def in_bucket(folder: Path, request: pytest.FixtureRequest) -> Settings:
    server = request.getfixturevalue("s3")
    settings = Settings(data=folder, **server.settings(new_id()))
    make_bucket(settings)
    return settings


@pytest.fixture(params=[in_folder, in_bucket])
def blobs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[BlobStore]:
    """Storage of its own; nothing may be left on the way into it."""
    build: Callable[[Path, pytest.FixtureRequest], Settings] = request.param
    with closing(Scratch.open(tmp_path / "scratch")) as scratch:
        yield open_blobs(build(tmp_path, request), scratch)
        passing = [*scratch.path.glob("[!.]*"), *tmp_path.glob("files/.incoming/*")]
        assert passing == []


def put(blobs: BlobStore, key: str, chunks: Iterable[bytes]) -> str:
    writer = blobs.create()
    for chunk in chunks:
        writer.write(chunk)
    digest = writer.commit(key).sha256
    writer.discard()
    return digest


def read(blobs: BlobStore, key: str, start: int = 0, end: int = 1 << 40) -> bytes:
    return b"".join(blobs.read(key, start, end))


def test_what_is_written_comes_back_with_its_digest(blobs: BlobStore) -> None:
    digest = put(blobs, "media/a", [b"abc", b"", b"def"])
    assert digest == hashlib.sha256(b"abcdef").hexdigest()
    assert read(blobs, "media/a", 0, 6) == b"abcdef"


def test_an_empty_file_is_a_file(blobs: BlobStore) -> None:
    put(blobs, "media/a", [])
    assert read(blobs, "media/a", 0, 0) == b""
    with blobs.local("media/a") as path:
        assert path.read_bytes() == b""


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 5), (6, 6), (5, 99), (0, 3)])
def test_a_part_is_read(blobs: BlobStore, start: int, end: int) -> None:
    put(blobs, "media/a", [b"abcdef"])
    assert read(blobs, "media/a", start, end) == b"abcdef"[start:end]


def test_nothing_is_visible_before_the_commit(blobs: BlobStore) -> None:
    writer = blobs.create()
    writer.write(b"half")
    with writer.path() as path:
        assert path.read_bytes() == b"half"
    with pytest.raises(NotFound):
        blobs.read("media/a", 0, 4)
    assert list(blobs.keys("media/")) == []
    writer.discard()


def test_the_last_to_commit_is_seen_whole(blobs: BlobStore) -> None:
    put(blobs, "media/a", [b"older and longer"])
    put(blobs, "media/a", [b"newer"])
    assert read(blobs, "media/a") == b"newer"


def test_a_file_can_be_had_on_the_local_disk(blobs: BlobStore) -> None:
    put(blobs, "media/a", [b"abc"])
    with blobs.local("media/a") as path:
        assert path.read_bytes() == b"abc"


def test_what_is_not_there_is_not_found(blobs: BlobStore) -> None:
    for start, end in ((0, 1), (0, 0)):
        with pytest.raises(NotFound):
            blobs.read("media/a", start, end)
    with pytest.raises(NotFound), blobs.local("media/a"):
        pass
    blobs.delete("media/a")


def test_files_are_listed_by_their_beginning(blobs: BlobStore) -> None:
    for key in ("jobs/1/2/a", "jobs/1/3/b", "jobs/10/x"):
        put(blobs, key, [b"x"])
    assert list(blobs.keys("jobs/1/")) == ["jobs/1/2/a", "jobs/1/3/b"]
    blobs.delete("jobs/1/2/a")
    assert list(blobs.keys("jobs/1/")) == ["jobs/1/3/b"]
    assert list(blobs.keys("nothing/")) == []


def test_old_files_expire(blobs: BlobStore) -> None:
    for key in ("analyses/a", "media/a"):
        put(blobs, key, [b"x"])
    blobs.expire("analyses/", timedelta(hours=1))
    assert list(blobs.keys("analyses/")) == ["analyses/a"]
    blobs.expire("analyses/", NOW)
    assert list(blobs.keys("analyses/")) == []
    assert list(blobs.keys("media/")) == ["media/a"]


def test_sweeping_leaves_what_was_written(blobs: BlobStore) -> None:
    put(blobs, "media/a", [b"x"])
    blobs.sweep(timedelta(hours=1))
    blobs.sweep(NOW)
    assert list(blobs.keys("media/")) == ["media/a"]


def test_storage_that_works_passes_its_check(blobs: BlobStore) -> None:
    blobs.check()
