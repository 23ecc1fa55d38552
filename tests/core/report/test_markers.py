"""Markers for editors, read back by OpenTimelineIO and by Python's own CSV reader."""

import csv
import io
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.types import VideoStream
from liptune.core.report.markers import write_markers
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Verdict
from tests.media_factory import ffmpeg

IN, OUT, NONE = Verdict.IN_SYNC, Verdict.OUT_OF_SYNC, Verdict.NO_EVIDENCE
STRETCHES = (
    Stretch(0.0, 60.08, -20.0, 0.0, (-30.0, -10.0), 9.0, 4.0, IN),
    Stretch(60.08, 66.0, -215.0, 0.0, (-225.0, -205.0), 9.0, 4.0, OUT),
    Stretch(66.0, 80.0, None, 0.0, None, 1.0, 4.0, NONE),
)
SAID = ["The lips and the sound agree.", "The sound is 215 ms late.", "Nothing can be told."]
LOCATOR = re.compile(r"^\* LOC: (\S+) (\w+) +(.+)$", re.MULTILINE)
RESOLVE = re.compile(r"^(\D[^|\n]*) \|C:ResolveColor(\w+) \|M:([^|\n]+) \|D:(\d+)$", re.MULTILINE)


def video(timecode: str | None) -> VideoStream:
    square = Fraction(1)
    return VideoStream(
        0, "h264", 64, 64, 64, 64, "yuv420p", Fraction(25), 0, square, None, 0.0, 80.0, timecode=timecode
    )


def written(
    folder: Path, rate: float, timecode: str | None = None, name: str = "a clip.mp4"
) -> dict[str, Path]:
    seconds = np.arange(round(80 * rate)) / rate
    timeline = Timeline(STRETCHES, (-5000.0, 5000.0))
    files = write_markers(timeline, video(timecode), seconds, name, folder)
    assert sorted(files) == sorted(folder.iterdir())
    return {path.suffix: path for path in files}


def table(path: Path) -> io.StringIO:
    """With its line ends as they are."""
    return io.StringIO(path.read_bytes().decode("utf-8"), newline="")


def frames_of(begin: float, end: float, rate: float) -> tuple[int, int]:
    """By construction: the nearest frames."""
    return round(begin * rate), round(end * rate)


# The timecodes are counted by hand. At 23.976 frames a second 60.08 s are frame 1440.48, and timecode counts
# 24 a second; at 29.97 they are frame 1800.6, and behind the first minute 00:00:59;29 comes 00:01:00;02.
@pytest.mark.parametrize(
    ("rate", "timecode", "start", "second"),
    [
        (24000 / 1001, None, 0, "00:01:00:00"),
        (24000 / 1001, "01:00:00:00", 86400, "01:01:00:00"),
        (25.0, None, 0, "00:01:00:02"),
        (25.0, "10:00:00:05", 900005, "10:01:00:07"),
        (30000 / 1001, None, 0, "00:01:00;03"),
        (30000 / 1001, "00:59:59;29", 107891, "01:01:00;02"),
        (30000 / 1001, "01:00:00:00", 108000, "01:01:00:01"),
        (60000 / 1001, None, 0, "00:01:00;05"),
    ],
)
def test_the_same_frames_are_read_back(
    rate: float, timecode: str | None, start: int, second: str, tmp_path: Path
) -> None:
    files = written(tmp_path, rate, timecode)
    expected = [frames_of(each.start_seconds, each.end_seconds, rate) for each in STRETCHES]

    timeline = otio.adapters.read_from_file(str(files[".otio"]))
    [clip] = timeline.find_clips()
    marked = [marker.marked_range for marker in clip.markers]
    assert timeline.global_start_time == clip.source_range.start_time
    assert clip.source_range.start_time.value == start
    assert clip.source_range.duration.value == round(80 * rate)
    ranges = [(each.start_time.value - start, each.end_time_exclusive().value - start) for each in marked]
    assert ranges == expected
    assert [marker.color for marker in clip.markers] == ["GREEN", "RED", "YELLOW"]
    assert [marker.comment for marker in clip.markers] == SAID
    assert clip.markers[1].metadata["liptune"]["offset_ms"] == -215.0
    for each, stretch in zip(marked, STRETCHES, strict=True):
        seconds = (each.start_time - clip.source_range.start_time).to_seconds()
        assert abs(seconds - stretch.start_seconds) <= 0.51 / rate

    text = files[".edl"].read_text("utf-8")
    events = [
        event.source_range
        for event in otio.adapters.read_from_string(text, "cmx_3600", rate=rate).find_clips()
    ]
    assert [event.start_time.value - start for event in events] == [first for first, _ in expected]
    assert [int(count) for *_, count in RESOLVE.findall(text)] == [end - first for first, end in expected]
    assert [note for note, *_ in RESOLVE.findall(text)] == SAID
    assert [colour for _, colour, *_ in RESOLVE.findall(text)] == ["Green", "Red", "Yellow"]
    located = LOCATOR.findall(text)
    assert located[1] == (second, "RED", "Out of sync: The sound is 215 ms late.")
    assert ("FCM: DROP FRAME" in text) == (";" in second)

    rows = list(csv.DictReader(table(files[".csv"])))
    assert [row["start_timecode"] for row in rows] == [place for place, *_ in located]
    assert [row["end_timecode"] for row in rows[:-1]] == [row["start_timecode"] for row in rows[1:]]
    assert [(row["start_seconds"], row["end_seconds"]) for row in rows[:2]] == [
        ("0.0", "60.08"), ("60.08", "66.0"),
    ]  # fmt: skip
    assert [row["offset_ms"] for row in rows] == ["-20.0", "-215.0", ""]
    assert [row["verdict"] for row in rows] == ["in_sync", "out_of_sync", "no_evidence"]
    assert [row["comment"] for row in rows] == SAID


def test_locators_without_dropped_frames_are_read_back(tmp_path: Path) -> None:
    text = written(tmp_path, 25.0, "01:00:00:00")[".edl"].read_text("utf-8")
    clips = list(otio.adapters.read_from_string(text, "cmx_3600", rate=25.0).find_clips())
    markers = [clip.markers[0] for clip in clips]
    assert [marker.marked_range.start_time for marker in markers] == [
        clip.source_range.start_time for clip in clips
    ]
    assert [marker.color for marker in markers] == ["GREEN", "RED", "YELLOW"]


@pytest.mark.parametrize("rate", [15.0, 12.5, 100.0])
def test_a_rate_without_timecode_has_no_edl(rate: float, tmp_path: Path) -> None:
    files = written(tmp_path, rate, "01:00:00:00")
    assert set(files) == {".csv", ".otio"}
    rows = list(csv.DictReader(table(files[".csv"])))
    assert {row["start_timecode"] for row in rows} == {""}
    [clip] = otio.adapters.read_from_file(str(files[".otio"])).find_clips()
    assert clip.markers[1].marked_range.start_time.to_seconds() == pytest.approx(60.08, abs=0.51 / rate)


@pytest.mark.parametrize("timecode", ["25:61:00:00", "00:00:00:31", "tomorrow", "01:00:00:00 |C:", ""])
def test_what_cannot_be_a_timecode_counts_as_none(timecode: str, tmp_path: Path) -> None:
    text = written(tmp_path, 25.0, timecode)[".edl"].read_text("utf-8")
    assert LOCATOR.findall(text)[0][0] == "00:00:00:00"


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://example.com";"x").mp4', "+1+1.mp4", "-2.mp4", "@SUM(1).mp4", "\uff1d1.mp4",
        "\t=1.mp4",
        'a "quoted", name.mp4', "two\nlines\r\n002  001      V     C.mp4", "* LOC: 00:00:00:00 RED x.mp4",
        " |C:ResolveColorRed |M:x |D:9.mp4", "\u202eltr.mp4", "\u2028002 x.mp4", "\udcff.mp4", "é 映画.mp4",
    ],
)  # fmt: skip
def test_no_file_name_makes_a_formula_a_line_or_a_marker(name: str, tmp_path: Path) -> None:
    files = written(tmp_path, 25.0, name=name)
    rows = list(csv.reader(table(files[".csv"])))
    assert [len(row) for row in rows] == [9] * 4
    for row in rows[1:]:
        assert row[0][0] not in "=+-@\t\r\uff1d"
        assert row[0].isprintable()
    text = files[".edl"].read_text("utf-8")
    assert len(text.splitlines()) == 2 + 3 * 4
    assert len(RESOLVE.findall(text)) == len(LOCATOR.findall(text)) == 3
    assert len(list(otio.adapters.read_from_string(text, "cmx_3600", rate=25.0).find_clips())) == 3
    [clip] = otio.adapters.read_from_file(str(files[".otio"])).find_clips()
    assert len(clip.markers) == 3


def test_a_stretch_of_less_than_a_frame_has_one(tmp_path: Path) -> None:
    short = Timeline((Stretch(79.99, 80.0, None, 0.0, None, 1.0, 4.0, NONE),), (0.0, 0.0))
    write_markers(short, video(None), np.arange(2000) / 25, "clip.mp4", tmp_path)
    [clip] = otio.adapters.read_from_file(str(tmp_path / "markers.otio")).find_clips()
    marked = clip.markers[0].marked_range
    assert (marked.start_time.value, marked.duration.value) == (1999, 1)


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv", ".mxf"])
def test_the_timecode_of_the_file_is_where_its_markers_begin(suffix: str, tmp_path: Path) -> None:
    clip = tmp_path / f"clip{suffix}"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc=s=720x576:r=25:d=1", "-c:v", "mpeg2video", "-timecode", "10:00:00:05",
        *(("-metadata", "timecode=10:00:00:05") if suffix == ".mkv" else ()), clip,
    )  # fmt: skip
    info = probe(clip)
    assert require_video(info).timecode == "10:00:00:05"
    seconds = frame_times(info).seconds
    whole = Timeline((Stretch(0.0, 1.0, None, 0.0, None, 1.0, 4.0, NONE),), (0.0, 0.0))
    write_markers(whole, require_video(info), seconds, clip.name, tmp_path / "made")
    [(begin, *_)] = LOCATOR.findall((tmp_path / "made" / "markers.edl").read_text())
    assert begin == "10:00:00:05"
