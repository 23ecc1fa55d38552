"""Packets that are read while something else is done."""

import os
from pathlib import Path

import pytest

from liptune.core.media.inventory import read
from liptune.core.media.inventory.read import read_ahead, read_headers, with_packets
from tests.media_factory import numbered_video


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = numbered_video(tmp_path / "video.mp4", frames=10)
    before = path.stat().st_mtime_ns - 10**9
    os.utime(path, ns=(before, before))
    return path


def test_what_was_read_ahead_is_not_read_again(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with read_ahead(video):
        first = with_packets(video, read_headers(video))
    monkeypatch.setattr(read, "Child", None)
    assert with_packets(video, read_headers(video)) == first


def test_what_goes_wrong_ahead_is_found_by_who_asks(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = read_headers(video)
    with monkeypatch.context() as broken:
        broken.setattr(read, "Child", None)
        with read_ahead(video):
            pass
    assert with_packets(video, headers).streams[0].packets is not None
