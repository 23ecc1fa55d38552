from pathlib import Path
from typing import Any

import pytest

from liptune.cli.compare.command import _compared, _told
from liptune.cli.compare.systems import System
from liptune.core.errors import InvalidOption
from tests.cli.conftest import run_here
from tests.cli.many.operations import result


def rows(**offsets: float | None) -> dict[str, Any]:
    error = {"code": "no_face", "message": "", "remedy": None}
    return {
        name: {"result": None, "error": error}
        if offset is None
        else {"result": result(offset), "error": None}
        for name, offset in offsets.items()
    }


def test_clips_are_paired_by_name() -> None:
    first = rows(one=-100.0, two=-200.0, three=-310.0, broken=None, alone=5.0)
    second = rows(one=0.0, two=-90.0, three=-200.0, broken=1.0, other=5.0)
    compared = _compared(["before", "after"], [first, second], 1)
    found = compared.as_json()
    assert (found["clips"], found["unpaired"]) == (3, ["alone", "other"])
    assert found["figures"]["offset_ms"]["verdict"] == "b"
    assert found["figures"]["lse_d"]["verdict"] == "none"
    told = _told(compared)
    assert told.startswith("after beside before, 3 clips:")
    assert "offset, either way, ms  203.3 to 96.7: -106.7" in told
    assert "B is better" in told
    assert "without a partner: alone, other" in told


def test_what_has_no_clip_in_common_is_not_compared() -> None:
    with pytest.raises(InvalidOption, match="no clip of the same name"):
        _compared(["a", "b"], [rows(one=1.0), rows(two=1.0)], 1)


def system(folder: Path, *clips: str) -> System:
    for clip in clips:
        (folder / clip).parent.mkdir(parents=True, exist_ok=True)
        (folder / clip).write_text("")
    return System.read(str(folder))


def names(given: System) -> list[str]:
    return [given.name(item.video.text) for item in given.items]


def test_a_clip_is_called_by_its_path_in_the_folder_whatever_else_is_there(tmp_path: Path) -> None:
    assert names(system(tmp_path / "a", "e1/x.mp4")) == ["e1/x"]
    assert names(system(tmp_path / "b", "e1/x.mov", "e2/y.mp4")) == ["e1/x", "e2/y"]
    assert names(System.read(f"{tmp_path}/b/*/*")) == ["e1/x", "e2/y"]
    assert names(System.read(f"{tmp_path}/a/e1/x.mp4")) == [""]


def test_clips_of_one_name_in_one_system_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="2 clips of the name 'x'"):
        system(tmp_path, "x.mp4", "x.mov", "y.mp4")


def test_one_system_alone_is_wrong_usage(tmp_path: Path) -> None:
    assert run_here("compare", tmp_path).exit_code == 2
