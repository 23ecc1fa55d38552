"""What a program that reads strangers' files cannot do: each claim tried by a program that does it."""

import platform
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from liptune.core.media.ffmpeg import QUIET, Child, binary, input_arguments, source
from liptune.core.media.sandbox import launcher as confine
from liptune.core.media.sandbox.command import confined, environment
from liptune.core.settings import Settings

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's own means")
LANDLOCK = pytest.mark.skipif(
    sys.platform != "linux" or confine._LIBC.syscall(confine._CREATE_RULESET, None, 0, 1) < 1,
    reason="this kernel has no Landlock",
)
PERL = "/usr/bin/perl"
"""A program that does as it is told, and is on every Debian; Python's files may be anywhere."""
needs_perl = pytest.mark.skipif(not Path(PERL).exists(), reason="needs perl")


def attempt(
    code: str, *arguments: str, limit_seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a confined program that tries something."""
    command = confined(PERL, ["-e", code, *arguments], limit_seconds)
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def server() -> Iterator[tuple[str, list[object]]]:
    """The address of a server, and whoever has connected to it."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, address = listening.accept()
                except TimeoutError:
                    continue
                seen.append(address)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/a.mp4", seen
        stop.set()
        thread.join()


@LINUX
def test_ffmpeg_has_no_network(tmp_path: Path, server: tuple[str, list[object]]) -> None:
    url, seen = server
    with Child(["ffprobe", *QUIET, "-i", url], tmp_path / "x", limit_seconds=20) as child:
        list(child.chunks())
        assert child.finish() != 0
        assert "Permission denied" in child.stderr
    assert seen == []


def test_ffmpeg_opens_nothing_but_files(tmp_path: Path, server: tuple[str, list[object]]) -> None:
    url, seen = server
    with Child(["ffprobe", *QUIET, *input_arguments(), "-i", url], tmp_path / "x", limit_seconds=20) as child:
        list(child.chunks())
        assert child.finish() != 0
        assert "not on whitelist 'file'" in child.stderr
    assert seen == []


@LINUX
@needs_perl
@pytest.mark.parametrize("family", ["2, 1, 0", "2, 2, 0", "1, 1, 0", "10, 1, 0"])
def test_no_socket_can_be_made(family: str) -> None:
    """TCP, UDP, Unix and IPv6."""
    tried = attempt(f'socket(my $s, {family}) and die "made"; print $!')
    assert tried.stdout == "Permission denied", tried.stderr


@needs_perl
def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Settings(child_memory_bytes=200 << 20)
    monkeypatch.setattr("liptune.core.media.sandbox.command.settings", lambda: small)
    code = 'my $size = shift; my $x = "x" x ($size << 20); print "had it"'
    assert attempt(code, "50").stdout == "had it"
    refused = attempt(code, "900")
    assert refused.returncode != 0
    assert "Out of memory" in refused.stderr


@needs_perl
def test_processor_time_is_limited() -> None:
    assert attempt("1 while 1", limit_seconds=0.01).returncode < 0


@LANDLOCK
@needs_perl
def test_only_the_files_that_are_named_can_be_read(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine.mp4", tmp_path / "theirs.mp4"
    for file in (mine, theirs):
        file.write_text("content")
    read = 'my $f = pop; $f =~ s/^file://; open(my $h, "<", $f) or die $!; print <$h>'
    assert attempt(read, "-i", source(mine)).stdout == "content"
    for forbidden in (theirs, Path("/etc/passwd"), Path(f"/proc/{1}/environ"), Path("/proc/self/environ")):
        tried = attempt(read, "-i", source(mine), str(forbidden))
        assert (tried.stdout, tried.returncode != 0) == ("", True), forbidden
        assert "Permission denied" in tried.stderr


@LANDLOCK
@needs_perl
def test_only_the_folder_of_the_output_can_be_written(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
    write = 'my $f = pop; $f =~ s/^file://; open(my $h, ">", $f) or die $!; print $h "x"'
    assert attempt(write, source(mine / "a.mp4")).returncode == 0
    assert (mine / "a.mp4").read_text() == "x"
    tried = attempt(write, source(mine / "a.mp4"), str(theirs / "b.mp4"))
    assert "Permission denied" in tried.stderr
    assert not (theirs / "b.mp4").exists()


@LINUX
@needs_perl
def test_other_processes_cannot_be_looked_into() -> None:
    number = 101 if platform.machine() == "x86_64" else 117
    tried = attempt(f'syscall({number}, 16, {1}, 0, 0) == -1 or die "attached"; print $!')
    assert tried.stdout == "Permission denied", tried.stderr


def test_nothing_of_our_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIPTUNE_API_KEYS", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert "secret" not in environment().values()


@LINUX
def test_open_files_are_limited_and_no_core_is_dumped() -> None:
    command = confined("/bin/sh", ["-c", "ulimit -n; ulimit -c"], None)
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [str(confine.OPEN_FILES), "0"]


def test_a_confined_ffmpeg_still_does_its_work(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    arguments = ["ffmpeg", *QUIET, "-f", "lavfi", "-i", "testsrc=d=0.2", source(output)]
    with Child(arguments, output, limit_seconds=30) as child:
        list(child.chunks())
        assert child.finish() == 0, child.stderr
    assert output.stat().st_size > 0
    assert binary("ffmpeg")
