import csv
import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from liptune.cli.exits import SOME_FAILED
from liptune.cli.many.inputs import Item
from liptune.cli.many.journal import JOURNAL
from liptune.cli.many.printing import JsonPrinter, Printer, printer
from liptune.cli.many.run import Run
from liptune.core.errors import NotFound
from liptune.core.report.lines import COLUMNS
from tests.cli.many.interrupting import interrupted
from tests.cli.many.operations import a_file


def items(folder: Path, **said: dict[str, Any]) -> tuple[Item, ...]:
    """A file of each name, which says that."""
    return tuple(
        Item(a_file(folder / f"{name}.mp4", **what), None, Path(f"{name}.mp4")) for name, what in said.items()
    )


def a_run(found: Sequence[Item], **more: Any) -> Run:
    return Run("say", found, {}, **more)


def told(run: Run, how: Printer | None = None) -> dict[str, Any]:
    """What became of each, by name."""
    return {row["name"]: row for row in run.rows(how or JsonPrinter())}


def test_one_broken_file_is_a_row_and_never_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = items(
        tmp_path / "in",
        good={"offset_ms": 10.0},
        broken={"ending": "unreadable"},
        bug={"ending": "bug"},
        dies={"ending": "killed"},
        late={"offset_ms": -300.0},
    )
    absent = Item(found[0].video, None, Path("absent.mp4"), NotFound("It is not there."))
    rows = told(a_run((*found, absent), jobs=2))
    codes = {name: row["error"] and row["error"]["code"] for name, row in rows.items()}
    assert codes == {
        "good.mp4": None,
        "late.mp4": None,
        "broken.mp4": "media_unreadable",
        "bug.mp4": "internal",
        "dies.mp4": "worker_lost",
        "absent.mp4": "not_found",
    }
    assert "signal 9" in rows["dies.mp4"]["error"]["message"]
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["name"]: row for row in printed} == rows


def test_of_a_thousand_files_ten_are_broken(tmp_path: Path) -> None:
    said = {
        f"c{n}": {"ending": "unreadable"} if n % 100 == 7 else {"offset_ms": float(n)} for n in range(1000)
    }
    out = tmp_path / "out"
    rows = told(a_run(items(tmp_path / "in", **said), report=out, jobs=2))
    broken = {name for name, row in rows.items() if row["error"]}
    assert broken == {f"c{n}.mp4" for n in range(7, 1000, 100)}
    for number in (0, 8, 999):
        assert rows[f"c{number}.mp4"]["result"]["score"]["offset_ms"] == number
    assert len((out / JOURNAL).read_text().splitlines()) == len(rows) == 1000
    assert (out / "index.html").read_text().count("media_unreadable") == 10


def test_a_run_of_which_some_failed_has_a_code_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(typer.Exit) as left:
        a_run(items(tmp_path, broken={"ending": "unreadable"})).tell(JsonPrinter())
    assert left.value.exit_code == SOME_FAILED
    a_run(items(tmp_path, good={"offset_ms": 1.0})).tell(JsonPrinter())


def test_a_process_does_one_after_another_and_several_work_at_once(tmp_path: Path) -> None:
    found = items(tmp_path, **{f"c{n}": {"offset_ms": 1.0, "pause": 0.3} for n in range(4)})
    one = {row["result"]["pid"] for row in told(a_run(found)).values()}
    two = {row["result"]["pid"] for row in told(a_run(found, jobs=2)).values()}
    assert (len(one), len(two)) == (1, 2)
    assert os.getpid() not in one | two


def test_the_index_has_the_worst_first(tmp_path: Path) -> None:
    found = items(
        tmp_path / "in",
        fine={"offset_ms": 1.0},
        bad={"offset_ms": 90.0},
        worst={"offset_ms": -900.0},
        broken={"ending": "unreadable"},
    )
    told(a_run(found, report=tmp_path / "out"))
    page = (tmp_path / "out" / "index.html").read_text()
    assert re.findall(r"<td>(?:<a[^>]*>)?(\w+)\.mp4", page) == ["worst", "bad", "broken", "fine"]
    for link in re.findall(r'href="([^"]+)"', page):
        assert (tmp_path / "out" / link).is_file()
    assert not (tmp_path / "out" / "broken.mp4").exists()


def test_a_damaged_picture_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message, one = "13 of 394 frames do not decode.", {"offset_ms": 1.0}
    damaged = one | {"undecoded": {"frames": 13, "of": 394, "told": message}}
    found = items(tmp_path / "in", damaged=damaged, whole=one)
    told(a_run(found), printer(as_json=False, as_csv=False))
    assert sorted(line.count("[13 of 394 frames undecoded]") for line in _lines(capsys)) == [0, 0, 1]
    told(a_run(found, report=tmp_path / "out"), printer(as_json=False, as_csv=True))
    assert sorted(line.count("ms early. 13 of 394") for line in _lines(capsys)) == [0, 0, 1]
    assert (tmp_path / "out" / "index.html").read_text().count(message) == 1


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_name_cannot_write_into_the_page_or_a_spreadsheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "=<b>&\x1b[31m.mp4"
    item = Item(a_file(tmp_path / name, offset_ms=1.0), None, Path(name))
    told(a_run([item], report=tmp_path / "out"), printer(as_json=False, as_csv=False))
    assert "\x1b" not in capsys.readouterr().out
    assert "<b>" not in (tmp_path / "out" / "index.html").read_text()
    told(
        a_run([Item(a_file(tmp_path / "x.mp4", offset_ms=1.0), None, Path("x.mp4"))]),
        printer(as_json=False, as_csv=True),
    )
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(lines[0]) == list(COLUMNS)
    assert (lines[0]["verdict"], lines[0]["offset_ms"]) == ("in_sync", "1.0")
    assert lines[0]["message"].startswith("'=")


def test_going_on_passes_over_what_is_done(tmp_path: Path) -> None:
    found = items(
        tmp_path / "in", one={"offset_ms": 1.0}, two={"offset_ms": 2.0}, broken={"ending": "unreadable"}
    )
    out = tmp_path / "out"
    first = told(a_run(found, report=out))
    a_file(tmp_path / "in" / "broken.mp4", offset_ms=3.0)
    a_file(tmp_path / "in" / "two.mp4", offset_ms=22.0)
    again = told(a_run(found, report=out, resume=True))
    assert again["one.mp4"] == first["one.mp4"]
    assert again["two.mp4"]["result"]["score"]["offset_ms"] == 22.0
    assert again["broken.mp4"]["error"] is None
    (out / "one.mp4" / "report.html").unlink()
    third = told(a_run(found, report=out, resume=True))
    assert third["one.mp4"]["result"]["pid"] != first["one.mp4"]["result"]["pid"]
    assert third["two.mp4"] == again["two.mp4"]
    assert "index.html" in {path.name for path in out.iterdir()}


def test_other_options_are_another_work(tmp_path: Path) -> None:
    found, out = items(tmp_path / "in", one={"offset_ms": 1.0}), tmp_path / "out"
    first = told(a_run(found, report=out))
    again = told(Run("say", found, {"louder": True}, report=out, resume=True))
    assert again["one.mp4"]["result"]["pid"] != first["one.mp4"]["result"]["pid"]


def test_a_line_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    found, out = items(tmp_path / "in", one={"offset_ms": 1.0}, two={"offset_ms": 2.0}), tmp_path / "out"
    told(a_run(found, report=out))
    journal = out / JOURNAL
    journal.write_text(journal.read_text()[:-20])
    again = told(a_run(found, report=out, resume=True))
    assert {row["error"] for row in again.values()} == {None}
    assert told(a_run(found, report=out, resume=True)) == again


def test_what_is_passed_over_is_not_written_down_again(tmp_path: Path) -> None:
    found, out = items(tmp_path / "in", one={"offset_ms": 1.0}), tmp_path / "out"
    for resume in (False, True, True):
        told(a_run(found, report=out, resume=resume))
    assert len((out / JOURNAL).read_text().splitlines()) == 1


def test_going_on_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="folder"):
        told(a_run(items(tmp_path, one={"offset_ms": 1.0}), resume=True))


def test_whoever_interrupts_keeps_what_is_done(tmp_path: Path) -> None:
    slow = {f"slow{n}": {"offset_ms": 1.0, "pause": 60.0} for n in range(2)}
    found, out = items(tmp_path / "in", quick={"offset_ms": 1.0}, **slow), tmp_path / "out"
    with interrupted(out):
        told(a_run(found, report=out))
    assert "quick.mp4" in (out / "index.html").read_text()
    assert [json.loads(line)["name"] for line in (out / JOURNAL).read_text().splitlines()] == ["quick.mp4"]


def test_copies_keep_their_names_and_their_folders(tmp_path: Path) -> None:
    paths = [Path("a/clip.mp4"), Path("b/clip.mp4")]
    found = [Item(a_file(tmp_path / "in" / path, offset_ms=1.0), None, path) for path in paths]
    out = tmp_path / "out"
    rows = told(a_run(found, output=out, report=tmp_path / "reports"))
    for path in paths:
        assert (out / path).read_text() == (tmp_path / "in" / path).read_text()
        assert (tmp_path / "reports" / path / "report.html").is_file()
        assert rows[str(path)]["output"] == str(out / path)
    assert not list(out.rglob(".liptune-*"))


def test_no_video_is_overwritten_by_its_copy(tmp_path: Path) -> None:
    found = items(tmp_path, one={"offset_ms": 1.0})
    with pytest.raises(typer.BadParameter, match="overwrite"):
        told(a_run(found, output=tmp_path))
