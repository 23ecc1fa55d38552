"""What only an S3 server can do, and what it can do wrong."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from liptune.core.errors import StorageUnavailable
from liptune.core.settings import Settings
from liptune.core.store.ids import new_id
from liptune.core.store.s3 import writing as s3_writer
from liptune.core.store.s3.blobs import S3Blobs
from liptune.core.store.s3.client import make_bucket, open_bucket
from liptune.core.store.scratch import Scratch
from tests.core.store.blobs.test_blobs import put, read
from tests.servers import OwnS3

MIB = 1 << 20


@pytest.fixture
def settings(tmp_path: Path, s3: OwnS3) -> Settings:
    ours = Settings(data=tmp_path, **s3.settings(new_id()))  # type: ignore[arg-type]
    make_bucket(ours)
    return ours


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    with closing(Scratch.open(tmp_path / "scratch")) as opened:
        yield opened
        assert [path.name for path in opened.path.iterdir()] == [".lock"]


@pytest.fixture
def blobs(settings: Settings, scratch: Scratch) -> S3Blobs:
    return S3Blobs.open(settings, scratch)


def test_a_large_file_goes_in_parts_and_comes_back(
    settings: Settings, blobs: S3Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_writer, "PART_BYTES", 5 * MIB)
    content = os.urandom(11 * MIB)
    digest = put(blobs, "media/large", [content[:MIB], content[MIB:]])
    bucket = open_bucket(settings)
    head = bucket.client.head_object(Bucket=bucket.name, Key="media/large")
    assert head["ETag"].strip('"').endswith("-3")
    assert head["Metadata"]["sha256"] == digest == hashlib.sha256(content).hexdigest()
    assert read(blobs, "media/large") == content
    assert read(blobs, "media/large", 5 * MIB - 3, 5 * MIB + 3) == content[5 * MIB - 3 : 5 * MIB + 3]
    with blobs.local("media/large") as path:
        assert path.read_bytes() == content


def test_a_file_that_was_changed_in_storage_does_not_pass(settings: Settings, blobs: S3Blobs) -> None:
    put(blobs, "media/a", [b"true"])
    bucket = open_bucket(settings)
    metadata = bucket.client.head_object(Bucket=bucket.name, Key="media/a")["Metadata"]
    bucket.client.put_object(Bucket=bucket.name, Key="media/a", Body=b"fake", Metadata=metadata)
    with pytest.raises(StorageUnavailable, match="not what was written"):
        read(blobs, "media/a")
    with pytest.raises(StorageUnavailable, match="not what was written"), blobs.local("media/a"):
        pass


def test_links_are_given_out_only_when_asked_for(
    settings: Settings, blobs: S3Blobs, scratch: Scratch
) -> None:
    put(blobs, "media/a", [b"abc"])
    assert blobs.link("media/a", "video/mp4", "inline") is None
    asked = settings.model_copy(update={"s3_presign": timedelta(minutes=5)})
    link = S3Blobs.open(asked, scratch).link("media/a", "video/mp4", "attachment; filename*=UTF-8''a%20b.mp4")
    assert link is not None
    answer = httpx.get(link, trust_env=False)
    assert answer.content == b"abc"
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''a%20b.mp4"


def test_links_name_the_address_that_clients_know(settings: Settings, scratch: Scratch) -> None:
    public = {"s3_presign": timedelta(minutes=5), "s3_public_endpoint": "https://files.example"}
    link = S3Blobs.open(settings.model_copy(update=public), scratch).link("media/a", "video/mp4", "inline")
    assert link is not None
    assert link.startswith(f"https://files.example/{settings.s3_bucket}/media/a?")


def test_uploads_that_died_in_the_bucket_are_swept(settings: Settings, blobs: S3Blobs) -> None:
    bucket = open_bucket(settings)
    bucket.client.create_multipart_upload(Bucket=bucket.name, Key="media/dead")
    blobs.sweep(timedelta(days=36_500))  # the server dates all of them to the year 2010
    assert bucket.client.list_multipart_uploads(Bucket=bucket.name).get("Uploads")
    blobs.sweep(timedelta(hours=1))
    assert not bucket.client.list_multipart_uploads(Bucket=bucket.name).get("Uploads")


def test_making_a_bucket_twice_is_harmless(settings: Settings) -> None:
    make_bucket(settings)


def test_a_server_that_is_away_says_so_in_our_words(tmp_path: Path, scratch: Scratch) -> None:
    away = Settings(
        data=tmp_path, s3_bucket="b", s3_endpoint="http://127.0.0.1:9", s3_access_key="a",
        s3_secret_key="very-secret",
    )  # fmt: skip
    blobs = S3Blobs.open(away, scratch)
    with pytest.raises(StorageUnavailable) as caught:
        blobs.check()
    assert "127.0.0.1" not in str(caught.value)
    assert "very-secret" not in repr(away)


def test_a_bucket_that_is_not_there_fails_the_check(settings: Settings, scratch: Scratch) -> None:
    lost = settings.model_copy(update={"s3_bucket": "nobody-made-this"})
    with pytest.raises(StorageUnavailable, match="bucket"):
        S3Blobs.open(lost, scratch).check()
