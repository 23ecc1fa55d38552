import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from liptune.core.errors import MediaUnreadable
from liptune.core.media import remembered as memory
from liptune.core.media.remembered import remembered


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return settled(tmp_path / "file", "first")


def settled(path: Path, text: str) -> Path:
    """Written a while ago."""
    path.write_text(text)
    before = path.stat().st_mtime_ns - 10**9
    os.utime(path, ns=(before, before))
    return path


def counting(path: Path, read: list[str]) -> Callable[[], str]:
    def reading() -> str:
        read.append(path.read_text())
        return read[-1]

    return reading


def test_an_answer_is_read_once_while_the_file_stays(file: Path) -> None:
    read: list[str] = []
    assert [remembered(file, "question", counting(file, read)) for _ in range(3)] == ["first"] * 3
    assert read == ["first"]


def test_another_question_is_read(file: Path) -> None:
    assert remembered(file, "one", lambda: 1) == 1
    assert remembered(file, "two", lambda: 2) == 2


def test_a_changed_file_is_read_again(file: Path) -> None:
    read: list[str] = []
    remembered(file, "question", counting(file, read))
    later = file.stat().st_mtime_ns + 10**6
    file.write_text("other")
    os.utime(file, ns=(later, later))
    assert remembered(file, "question", counting(file, read)) == "other"


def test_another_file_in_its_place_is_read(file: Path, tmp_path: Path) -> None:
    remembered(file, "question", lambda: "first")
    at = file.stat().st_mtime_ns
    other = settled(tmp_path / "other", "other")
    os.utime(other, ns=(at, at))
    other.replace(file)
    assert remembered(file, "question", file.read_text) == "other"


def test_a_file_that_was_only_just_written_is_read_again(tmp_path: Path) -> None:
    """Its next change may come within the same tick of the file system's clock."""
    fresh = tmp_path / "fresh"
    fresh.write_text("first")
    read: list[str] = []
    os.utime(fresh)
    remembered(fresh, "question", counting(fresh, read))
    remembered(fresh, "question", counting(fresh, read))
    assert read == ["first", "first"]


def test_a_failure_is_not_remembered(file: Path) -> None:
    def failing() -> str:
        raise MediaUnreadable("not now")

    with pytest.raises(MediaUnreadable):
        remembered(file, "question", failing)
    assert remembered(file, "question", lambda: "now") == "now"


def test_a_missing_file_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        remembered(tmp_path / "none", "question", (tmp_path / "none").read_text)


def test_who_asks_while_another_reads_waits_for_that(file: Path) -> None:
    begun, go_on, read = Event(), Event(), list[str]()

    def slowly() -> str:
        begun.set()
        assert go_on.wait(5)
        return counting(file, read)()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(remembered, file, "question", slowly)
        assert begun.wait(5)
        second = threads.submit(remembered, file, "question", counting(file, read))
        go_on.set()
        assert first.result(5) == second.result(5) == "first"
    assert read == ["first"]


def test_few_answers_are_kept(file: Path) -> None:
    for number in range(2 * memory.MOST):
        remembered(file, number, lambda: None)
    assert len(memory._answers) == memory.MOST
