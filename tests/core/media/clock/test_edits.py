"""MP4 and QuickTime files whose edit lists begin between two frames, or show several parts."""

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from liptune.core.media.clock.edits import edit_clocks
from tests.core.media.truth import analysed, heard, shown
from tests.media_factory import bursts, ffmpeg, numbered_video, sound_file

FPS = 25
TIMES = (0.5, 0.9, 1.6, 2.3, 2.7)
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "10", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=10")
AAC = ("-c:a", "aac")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """75 numbered frames, and bursts."""
    folder = tmp_path_factory.mktemp("parts")
    picture = numbered_video(folder / "p.nut", frames=75, mux=("-bf", "0"))
    return picture, sound_file(folder / "s.wav", bursts(TIMES, 3.0, 2))


def joined(parts: tuple[Path, Path], path: Path, *codecs: str) -> Path:
    ffmpeg("-i", parts[0], "-i", parts[1], "-vsync", "passthrough", *codecs, path)
    return path


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.mp4", (*H264, *AAC)),
        ("x.mov", (*H264, "-c:a", "pcm_s16le")),
        ("x.mp4", (*HEVC, *AAC)),
        ("x.m4v", ("-c:v", "mpeg4", "-g", "10", "-bf", "1", *AAC)),
    ],
)
@pytest.mark.parametrize("at", [0.822, 0.839])
def test_a_cut_between_frames(
    tmp_path: Path, parts: tuple[Path, Path], name: str, codecs: tuple[str, ...], at: float
) -> None:
    whole, cut = joined(parts, tmp_path / f"whole-{name}", *codecs), tmp_path / name
    ffmpeg("-ss", str(at), "-i", whole, "-c", "copy", "-f", "mov" if name == "x.mov" else "mp4", cut)
    frames = shown(cut)
    assert frames[0] == (0.0, int(at * FPS))
    assert all(moment == pytest.approx(number / FPS - at, abs=1e-3) for moment, number in frames[1:])
    assert [number for _, number in frames] == list(range(int(at * FPS), 75))
    assert heard(cut) == pytest.approx([time - at for time in TIMES if time > at], abs=1.5e-3)
    timeline = analysed(cut)
    assert all(abs(number / FPS - (slot / FPS + at)) <= 0.021 for slot, number in enumerate(timeline[1:], 1))


def test_a_cut_file_in_fragments(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    whole, cut = joined(parts, tmp_path / "whole.mp4", *H264, *AAC), tmp_path / "x.mp4"
    ffmpeg("-ss", "0.83", "-i", whole, "-c", "copy", "-movflags", "frag_keyframe+empty_moov+delay_moov", cut)
    frames = shown(cut)
    assert all(moment == pytest.approx(number / FPS - 0.83, abs=1e-3) for moment, number in frames[1:])


def with_edits(path: Path, output: Path, edits: Sequence[tuple[int, int]]) -> Path:
    """Gives every track of an MP4 whose index comes last these edits: milliseconds of (duration, begin)."""
    content = path.read_bytes()
    at = content.index(b"moov") - 4
    index = content[at:]
    for track in reversed(range(index.count(b"edts"))):
        begin = [i for i in range(len(index)) if index.startswith(b"edts", i)][track] - 4
        size = int.from_bytes(index[begin : begin + 4])
        header = index.index(b"mdhd", begin)
        scale = int.from_bytes(index[header + 16 : header + 20])
        entries = b"".join(
            struct.pack(">IiI", length, -1 if start < 0 else start * scale // 1000, 1 << 16)
            for length, start in edits
        )
        listed = struct.pack(">I4s4xI", 16 + len(entries), b"elst", len(edits)) + entries
        box = struct.pack(">I4s", 8 + len(listed), b"edts") + listed
        index = index[:begin] + box + index[begin + size :]
        outer = index.rindex(b"trak", 0, begin) - 4
        for place in (outer, 0):
            longer = int.from_bytes(index[place : place + 4]) + len(box) - size
            index = index[:place] + longer.to_bytes(4) + index[place + 4 :]
    output.write_bytes(content[:at] + index)
    return output


def test_several_edits_with_a_pause(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    """0.2 s of nothing, then seconds 0.41 to 1.01, then 2.03 to 2.83."""
    whole = joined(parts, tmp_path / "whole.mp4", *H264, "-bf", "0", "-c:a", "mp3")
    path = with_edits(whole, tmp_path / "x.mp4", [(200, -1), (600, 410), (800, 2030)])
    frames = shown(path)
    assert [number for _, number in frames] == [*range(10, 26), *range(50, 71)]
    early, late = frames[1:16], frames[17:]
    assert all(moment == pytest.approx(number / FPS - 0.41, abs=1e-3) for moment, number in early)
    assert all(moment == pytest.approx(number / FPS - 1.43, abs=1e-3) for moment, number in late)
    assert frames[16][0] == pytest.approx(0.6, abs=1e-3)


def test_edits_that_go_back_are_left_to_ffmpeg(tmp_path: Path, parts: tuple[Path, Path]) -> None:
    whole = joined(parts, tmp_path / "whole.mp4", *H264, *AAC)
    assert edit_clocks(whole, {1: 0})
    assert edit_clocks(with_edits(whole, tmp_path / "x.mp4", [(600, 1200), (600, 400)]), {1: 0}) == {}


@pytest.mark.parametrize("damage", [b"\x00\x00\x00\x01", b"\xff\xff\xff\xff", b"\x00\x00\x00\x09"])
def test_a_damaged_index_is_left_to_ffmpeg(tmp_path: Path, parts: tuple[Path, Path], damage: bytes) -> None:
    whole = joined(parts, tmp_path / "whole.mp4", *H264, *AAC)
    content = whole.read_bytes()
    for kind in (b"edts", b"elst", b"mdhd"):
        at = content.index(kind)
        path = tmp_path / f"{kind.decode()}.mp4"
        path.write_bytes(content[: at - 4] + damage + content[at:])
        edit_clocks(path, {1: 0})
