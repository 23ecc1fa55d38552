"""Side data that begin long after the first frames."""

import json
import subprocess
from pathlib import Path

import pytest

from liptune.core.media.inventory.payloads import (
    CAPTIONS,
    DOLBY_VISION,
    FORMAT,
    HDR10_PLUS,
    payloads_of,
)
from liptune.core.media.inventory.read import HEAD_PACKETS, read_headers
from tests.core.media.inventory import payloads as made
from tests.core.media.inventory.whole import read_inventory

LATE = 100
RPU = b"\0\0\0\1\x7c\x01\x19\x08\x09\x80"


def found_in(path: Path) -> frozenset[str]:
    (picture,) = read_headers(path).of("video")
    return payloads_of(path, picture)


def decoded(path: Path) -> set[str]:
    """What a decoder gives with all frames."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts:frame_side_data",
               "-of", "json", str(path)]  # fmt: skip
    frames = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["frames"]
    return {side["side_data_type"] for frame in frames for side in frame.get("side_data_list", [])}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codec", "added", "kind"),
    [
        ("x.mp4", "h264", made.registered("h264", made.T35 + made.CAPTION), CAPTIONS),
        ("x.ts", "h264", made.registered("h264", made.T35 + made.CAPTION), CAPTIONS),
        ("x.mkv", "h264", made.registered("h264", made.T35 + made.CAPTION), CAPTIONS),
        ("x.mp4", "h264", made.registered("h264", made.T35 + made.FORMAT), FORMAT),
        ("x.mp4", "hevc", made.registered("hevc", made.T35 + made.CAPTION), CAPTIONS),
        ("x.mp4", "hevc", made.registered("hevc", made.hdr10_plus()), HDR10_PLUS),
        ("x.ts", "mpeg2video", made.user_data(made.CAPTION), CAPTIONS),
        ("x.mpg", "mpeg2video", made.user_data(made.FORMAT), FORMAT),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_begins_late_is_found_by_the_decoders_name(
    name: str, codec: str, added: bytes, kind: str, tmp_path: Path
) -> None:
    path = made.with_payload(tmp_path / name, codec, added, first=LATE)
    assert LATE > HEAD_PACKETS
    assert kind in decoded(path)
    assert found_in(path) == {kind}
    (picture,) = read_inventory(path).of("video")
    assert kind in picture.side_data


def test_dolby_visions_units_are_found(tmp_path: Path) -> None:
    assert found_in(made.with_payload(tmp_path / "x.mp4", "hevc", RPU, first=LATE)) == {DOLBY_VISION}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("codec", ["h264", "hevc", "mpeg2video"])
def test_a_picture_without_has_none(codec: str, tmp_path: Path) -> None:
    name = {"mpeg2video": "x.ts"}.get(codec, "x.mp4")
    assert found_in(made.with_payload(tmp_path / name, codec, b"", first=0)) == set()


def test_room_for_captions_with_none_in_it_is_none(tmp_path: Path) -> None:
    added = made.registered("h264", made.T35 + made.NO_CAPTION)
    path = made.with_payload(tmp_path / "x.mp4", "h264", added, first=0)
    assert CAPTIONS not in decoded(path)
    assert found_in(path) == set()


def test_an_alpha_layer_belongs_to_the_picture(tmp_path: Path) -> None:
    opaque = made.with_payload(tmp_path / "x.mp4", "hevc", b"", first=0, frames=10)
    layered = made.with_payload(tmp_path / "y.mp4", "hevc", made.alpha_information(), first=0, frames=10)
    for path, alpha in ((opaque, False), (layered, True)):
        (picture,) = read_inventory(path).of("video")
        assert picture.picture is not None
        assert picture.picture.alpha is alpha
        assert picture.side_data == frozenset()
