import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from liptune.cli.check import command
from liptune.cli.check.command import exit_code
from liptune.cli.check.files import junit, page
from liptune.cli.check.printing import CheckPrinter, CsvCheckPrinter, JsonCheckPrinter
from liptune.cli.check.rows import CheckedRow, cells, checked_row
from liptune.cli.many.printing import Printer
from liptune.core.report.profiles import PROFILES
from liptune.core.report.rows import Row
from tests.cli.conftest import SAMPLES, run_here
from tests.cli.many.operations import result

RULE = PROFILES["ebu-r37"]
MARKERS = (
    "file,start_seconds,end_seconds,start_timecode,end_timecode\r\nx,0.0,8.0,10:00:00:00,10:00:08:00\r\n"
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report whose clip begins at timecode 10:00:00:00."""
    (tmp_path / "markers.csv").write_text(MARKERS)
    return tmp_path / "report.html"


def a_row(report: Path, offset_ms: float | None, name: str = "clip.mp4", error: Any = None) -> CheckedRow:
    found = None if offset_ms is None else result(offset_ms)
    row = {"file": f"/x/{name}", "name": name, "audio": None, "report": str(report), "output": None}
    return checked_row({**row, "result": found, "error": error}, RULE)


def no_evidence(report: Path) -> CheckedRow:
    found = result(0.0)
    found["timeline"][0] |= {"verdict": "no_evidence", "offset_ms": None}
    row = {"file": "silent.mp4", "name": "silent.mp4", "audio": None, "report": str(report), "output": None}
    return checked_row({**row, "result": found, "error": None}, RULE)


@pytest.fixture
def rows(report: Path) -> list[CheckedRow]:
    broken = {"code": "media_unreadable", "message": "It is <not> media.\x1b", "remedy": None}
    return [
        a_row(report, 5.0, "good.mp4"),
        a_row(report, -300.0, "=late & <b>.mp4"),
        a_row(report, None, "broken.mp4", broken),
        no_evidence(report),
    ]


def test_exit_codes(rows: list[CheckedRow]) -> None:
    good, late, broken, silent = rows
    for found, lenient, strict in (
        ([good], 0, 0),
        ([good, late, broken, silent], 10, 10),
        ([good, silent], 0, 11),
        ([good, broken], 9, 11),
        ([], 0, 0),
    ):
        assert (exit_code(found, strict=False), exit_code(found, strict=True)) == (lenient, strict)


@pytest.mark.parametrize(
    ("how", "code"), [((), 10), (("--late", "400"), 9), (("--late", "400", "--strict"), 11)]
)
def test_all_that_is_asked_for_is_written_and_the_worst_decides(
    rows: list[CheckedRow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...], code: int
) -> None:
    class Measured(command._Measuring):
        def rows(self, printer: Printer) -> list[Row]:
            printer.begin()
            for one in rows:
                printer.row(one.row)
            return [one.row for one in rows]

    monkeypatch.setattr(command, "_Measuring", Measured)
    files = [tmp_path / "new" / name for name in ("check.xml", "check.html")]
    kept = ("--report", tmp_path, "--junit", files[0], "--html", files[1])
    told = run_here("check", SAMPLES / "astronaut.mp4", "--profile", "ebu-r37", "--csv", *kept, *how)
    assert told.exit_code == code
    assert all("broken.mp4" in path.read_text() for path in (*files, tmp_path / "index.html"))
    assert len(list(csv.DictReader(io.StringIO(told.stdout)))) == len(rows)


def test_a_failing_portion_is_told_by_timecode_of_the_file(rows: list[CheckedRow]) -> None:
    assert rows[1].failing[0].told == "10:00:00:00 to 10:00:08:00: late, -300 ms (-305 to -295 ms)"


def test_without_timecode_times_are_told(tmp_path: Path) -> None:
    (timed,) = a_row(tmp_path / "report.html", 100.0).failing
    assert (timed.begin, timed.end) == ("", "")
    assert timed.told == "0:00.0 to 0:08.0: early, +100 ms (+95 to +105 ms)"


def test_junit_counts_and_names_them(rows: list[CheckedRow]) -> None:
    suite = Xml.fromstring(junit(rows, RULE))[0]
    assert suite.attrib == {
        "name": "liptune check ebu-r37",
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    kinds = {case.attrib["name"]: [child.tag for child in case] for case in suite}
    assert kinds == {
        "good.mp4": [],
        "=late & <b>.mp4": ["failure"],
        "broken.mp4": ["error"],
        "silent.mp4": ["skipped"],
    }
    failure = suite.find(".//failure")
    assert failure is not None
    assert "10:00:00:00 to 10:00:08:00" in (failure.text or "")


@pytest.mark.parametrize("offset", [5.0, -300.0])
def test_what_passes_or_fails_with_damaged_frames_says_so(report: Path, offset: float) -> None:
    one = a_row(report, offset)
    damaged = replace(one, row={**one.row, "result": one.row["result"] | {"undecoded": {"told": "9 frames"}}})
    assert [line["message"] for line in cells(damaged, RULE)] == ["9 frames"]
    assert "9 frames" in page([damaged], RULE)
    assert ">9 frames<" in junit([damaged], RULE).replace("ms)\n", ">")
    assert [line["message"] for line in cells(one, RULE)] == [""]


def test_what_passes_in_part_says_of_which_part_nothing_is_known(report: Path) -> None:
    known = result(5.0)
    silent = known["timeline"][0] | {"start": 8.0, "end": 75.5, "verdict": "no_evidence", "offset_ms": None}
    found = known | {"timeline": [*known["timeline"], silent]}
    row = a_row(report, 5.0).row
    one = checked_row({**row, "result": found}, RULE)
    assert one.note == "Nothing can be told from 0:08.0 to 1:15.5."
    assert (exit_code([one], strict=False), exit_code([one], strict=True)) == (0, 11)
    many = checked_row({**row, "result": known | {"timeline": [*known["timeline"], *[silent] * 9]}}, RULE)
    assert many.note == "Nothing can be told of 9 stretches, 608 s in all."


def test_the_sounds_of_one_picture_are_told_apart(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dubs = [a_row(report, 5.0), a_row(report, -300.0)]
    dubs = [replace(one, row={**one.row, "audio": f"{n}.wav"}) for n, one in enumerate(dubs)]
    for one in dubs:
        CheckPrinter(RULE, lambda row: next(one for one in dubs if one.row is row)).row(one.row)
    names = ["clip.mp4 + 0.wav", "clip.mp4 + 1.wav"]
    assert [case.attrib["name"] for case in Xml.fromstring(junit(dubs, RULE)).iter("testcase")] == names
    for made in (page(dubs, RULE), capsys.readouterr().out):
        assert all(name in made for name in names)


@pytest.mark.parametrize("option", ["--junit", "--html"])
def test_what_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path, option: str) -> None:
    (tmp_path / "file").write_text("")
    tried = run_here("check", SAMPLES / "astronaut.mp4", option, tmp_path / "file" / "out")
    assert tried.exit_code == 2
    assert "cannot be written" in " ".join(tried.output.replace("│", " ").split())


def test_the_page_tells_what_fails_first(rows: list[CheckedRow]) -> None:
    made = page(rows, RULE)
    assert "<b>" not in made
    assert "at most 40 ms early and 60 ms late" in made
    order = [made.index(name) for name in ("=late", "broken.mp4", "silent.mp4", "good.mp4")]
    assert order == sorted(order)


def test_csv_has_a_line_for_each_portion_that_fails(
    rows: list[CheckedRow], capsys: pytest.CaptureFixture[str]
) -> None:
    printer = CsvCheckPrinter(RULE, lambda row: next(one for one in rows if one.row is row))
    printer.begin()
    for one in rows:
        printer.row(one.row)
    good, late, broken, silent = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (good["verdict"], good["rule"]) == ("passed", "")
    assert (late["rule"], late["start_timecode"], late["offset_ms"]) == ("late", "10:00:00:00", "-300.0")
    assert (broken["verdict"], broken["error"]) == ("not judged", "media_unreadable")
    assert silent["verdict"] == "not judged"


def test_what_is_printed_for_people_and_for_programs(
    rows: list[CheckedRow], capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in (CheckPrinter, JsonCheckPrinter):
        printer = kind(RULE, lambda row: next(one for one in rows if one.row is row))
        printer.begin()
        for one in rows:
            printer.row(one.row)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "passed      good.mp4",
        "failed      =late & <b>.mp4",
        "            10:00:00:00 to 10:00:08:00: late, -300 ms (-305 to -295 ms)",
    ]
    assert "\x1b" not in "".join(lines)
    objects = [json.loads(line) for line in lines if line.startswith("{")]
    assert [each["check"]["verdict"] for each in objects] == ["passed", "failed", "not judged", "not judged"]
    assert objects[1]["check"]["failing"][0]["rule"] == "late"
