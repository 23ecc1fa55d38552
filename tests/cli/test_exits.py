import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from liptune.cli.exits import exit_codes
from liptune.core.errors import RepairRefused
from tests.cli.conftest import COMMAND, ENVIRONMENT, ROOT, SAMPLES, run, run_here

HEAVY = {"torch", "cv2", "dlib", "librosa", "scipy", "matplotlib", "fastapi", "celery", "sqlalchemy"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("measure", "no-such-file.mp4"),
        ("measure",),
        ("measure", SAMPLES.parent / "docs"),
        ("measure", "no-such-*.mp4"),
        ("measure", SAMPLES / "astronaut.mp4", "--resume"),
        ("measure", SAMPLES, "--json", "--csv"),
        ("retime", SAMPLES, "-o", "x.mp4"),
        ("retime", SAMPLES / "astronaut.mp4"),
        ("measure", SAMPLES / "astronaut.mp4", "--engine", "oracle"),
        ("measure", SAMPLES / "astronaut.mp4", "--face", "prettiest"),
        ("measure", SAMPLES / "astronaut.mp4", "--start", "3", "--end", "2"),
        ("measure", SAMPLES / "astronaut.mp4", "--colour"),
        ("sing",),
    ],
)
def test_wrong_usage_is_2(arguments: tuple[str | Path, ...]) -> None:
    ended = run_here(*arguments)
    assert ended.exit_code == 2
    assert isinstance(ended.exception, SystemExit)


@pytest.mark.parametrize(
    "content", [b"\x00\xff\x13random" * 400, b"#EXTM3U\n/etc/passwd\n"], ids=["noise", "playlist"]
)
def test_unusable_media_is_3(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    completed = run("measure", path, "--json")
    assert completed.returncode == 3
    assert completed.stdout == ""
    assert "[media_unreadable]" in completed.stderr


def test_a_wrong_setting_is_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "LIPTUNE_MAX_SECONDS", "long")
    completed = run("measure", SAMPLES / "astronaut.mp4")
    assert completed.returncode == 2
    assert "max_seconds" in completed.stderr
    assert "Traceback" not in completed.stderr


def test_a_report_folder_that_cannot_be_made_is_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run_here("measure", SAMPLES / "astronaut.mp4", "--report", tmp_path / "file" / "report")
    assert ended.exit_code == 2
    assert isinstance(ended.exception, SystemExit)


def test_no_sound_is_3(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    source = ["-i", str(SAMPLES / "astronaut.mp4"), "-an", "-c", "copy"]
    subprocess.run(["ffmpeg", "-v", "error", *source, str(path)], check=True, timeout=60)
    completed = run("measure", path)
    assert completed.returncode == 3
    assert "[no_audio_stream]" in completed.stderr


def test_no_face_is_4(faceless: Path) -> None:
    completed = run("measure", faceless)
    assert completed.returncode == 4
    assert completed.stdout == ""
    assert "[no_face]" in completed.stderr


def test_a_missing_engine_is_5_and_says_what_to_do(faceless: Path, tmp_path: Path) -> None:
    completed = run("measure", faceless, "--engine", "syncnet_v2", cwd=tmp_path)
    assert completed.returncode == 5
    assert "[engine_unavailable]" in completed.stderr
    assert "liptune engines fetch syncnet_v2" in completed.stderr


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores interrupts, and so would everything started from here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_leaves_nothing_behind(
    number: signal.Signals, code: int, long_sample: Path, tmp_path: Path
) -> None:
    environment = ENVIRONMENT | {"TMPDIR": str(tmp_path)}
    command = [*COMMAND, "measure", str(long_sample)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        children = _decoders(process)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == code, stderr
    assert stdout == ""
    assert "Traceback" not in stderr
    _wait_until_gone(children)
    assert list(tmp_path.iterdir()) == []


def _decoders(process: "subprocess.Popen[str]") -> list[int]:
    """Waits until ffmpeg decodes."""
    tasks = Path(f"/proc/{process.pid}/task")
    while process.poll() is None:
        children = [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
        decoders = [pid for pid in children if _name(pid) == "ffmpeg"]
        if decoders:
            return decoders
        time.sleep(0.02)
    raise AssertionError("it ended before it decoded")


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _wait_until_gone(children: list[int]) -> None:
    deadline = time.monotonic() + 30
    while left := [child for child in children if _name(child) == "ffmpeg" and not _is_zombie(child)]:
        assert time.monotonic() < deadline, f"{left} outlived the command"
        time.sleep(0.05)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, liptune.cli.main; print(*{name.partition('.')[0] for name in sys.modules})"
    completed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert not HEAVY & set(completed.stdout.split())


def test_a_copy_that_is_refused_is_8(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, exit_codes():
        raise RepairRefused("The copy is worse.", remedy="Keep the video as it is.")
    assert left.value.exit_code == 8
    assert capsys.readouterr().err.splitlines() == [
        "liptune: The copy is worse. [repair_refused]",
        "Keep the video as it is.",
    ]
