"""Running ffmpeg and ffprobe: confined, no shell, no stdin, local files only, a time limit, stderr kept."""

import fcntl
import os
import re
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from liptune.core.errors import DiskFull, MediaError, MediaUnreadable, RenderFailed, TimedOut
from liptune.core.media.probe.allowed import CONTAINERS
from liptune.core.media.sandbox.command import confined, environment
from liptune.core.media.write.staging import FULL

STALL_SECONDS = 60.0
HEARTBEAT_SECONDS = 0.25
STDERR_BYTES = 4096
PIPE_BYTES = 1 << 20
DISK_FULL = tuple(map(os.strerror, FULL))
UNFINISHED = ("Error writing trailer", "Error closing file")
QUIET = ("-hide_banner", "-v", "error")
INPUT_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(CONTAINERS)}


def source(path: Path) -> str:
    """Names a local file so that no character of it can be read as an option, protocol or pattern."""
    return f"file:{path.absolute()}"


def input_arguments() -> list[str]:
    """``INPUT_OPTIONS`` as a list of arguments."""
    return [part for name, value in INPUT_OPTIONS.items() for part in (f"-{name}", value)]


_DEMUXING = {
    "mpegts": ("-fix_teletext_pts", "0"),
    "mpeg": ("-analyzeduration", "30000000", "-probesize", "200000000"),
}


def demuxing(container: str) -> tuple[str, ...]:
    """Options for an input of this container, by ffmpeg's name.

    Teletext in a transport stream keeps its own times, which ffmpeg otherwise brings near those at which its
    packets arrive. A program stream does not list what is in it: what comes first in its 30 s is found.
    """
    return _DEMUXING.get(container, ())


def binary(name: str) -> str:
    """Returns the program's path, or raises `MediaUnreadable` saying how to install it."""
    found = shutil.which(name)
    if found is None:
        raise MediaUnreadable(
            f"{name} is not installed", remedy="Install ffmpeg, e.g. apt-get install ffmpeg."
        )
    return found


def _widen(pipe: int) -> None:
    """Asks for a pipe that holds more than a small frame; the system may refuse, which only costs speed."""
    with suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _quiet() -> None:
    """The heartbeat of work that nobody stops."""


def _reason(messages: Sequence[str]) -> str:
    """The message that tells most: that the disk is full, or else the last."""
    return _full(messages) or (messages[-1] if messages else "")


def _full(messages: Sequence[str]) -> str:
    """The first message that the disk is full, if any."""
    return next((line for line in messages if line.endswith(DISK_FULL)), "")


class Child:
    """A running ffmpeg or ffprobe whose standard output is read, or standard input fed, as it goes.

    Use as a context manager: leaving it kills and reaps the child whatever happened. A child that neither
    writes nor reads for ``stall_seconds``, or runs longer than ``limit_seconds``, raises `TimedOut`.
    ``path`` is the media it works on, for messages. ``heartbeat`` is called a few times a second while it is
    waited for; what that raises ends the wait.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        path: Path,
        *,
        stall_seconds: float = STALL_SECONDS,
        limit_seconds: float | None = None,
        fed: bool = False,
        heartbeat: Callable[[], None] | None = None,
    ) -> None:
        self._path = path
        self._heartbeat = heartbeat or _quiet
        self._files = [argument for argument in arguments if argument.startswith("file:")]
        self._name = arguments[0]
        self._stall = stall_seconds
        self._deadline = time.monotonic() + limit_seconds if limit_seconds else None
        self._tail = b""
        self._process = subprocess.Popen(
            confined(binary(arguments[0]), arguments[1:], limit_seconds),
            env=environment(),
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self._stdout = cast("IO[bytes]", self._process.stdout)
        _widen(self._stdout.fileno())
        self._stderr = cast("IO[bytes]", self._process.stderr)
        self._drain = threading.Thread(target=self._keep_tail, daemon=True)
        self._drain.start()
        if self._process.stdin:
            _widen(self._process.stdin.fileno())
            os.set_blocking(self._process.stdin.fileno(), False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._drain.join()
        self._close_input()
        self._stdout.close()
        self._stderr.close()

    def _keep_tail(self) -> None:
        while chunk := self._stderr.read(STDERR_BYTES):
            self._tail = (self._tail + chunk)[-STDERR_BYTES:]

    def _close_input(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()

    def _wait(self, descriptor: int, event: int) -> None:
        end = time.monotonic() + self._stall
        if self._deadline is not None:
            end = min(end, self._deadline)
        poll = select.poll()
        poll.register(descriptor, event)
        while (left := end - time.monotonic()) > 0:
            if poll.poll(1000 * min(left, HEARTBEAT_SECONDS)):
                return
            self._heartbeat()
        raise TimedOut(f"{self._name} made no progress on {self._path.name} within its time limit")

    def read_into(self, buffer: memoryview) -> int:
        """Fills ``buffer`` from standard output; returns the bytes read, fewer only at the end."""
        descriptor = self._stdout.fileno()
        filled = 0
        while filled < len(buffer):
            self._wait(descriptor, select.POLLIN)
            count = os.readv(descriptor, [buffer[filled:]])
            if count == 0:
                break
            filled += count
        return filled

    def chunks(self) -> Iterator[bytes]:
        """Yields standard output as it arrives."""
        descriptor = self._stdout.fileno()
        while True:
            self._wait(descriptor, select.POLLIN)
            chunk = os.read(descriptor, PIPE_BYTES)
            if not chunk:
                return
            yield chunk

    def lines(self) -> Iterator[str]:
        """Yields the lines of standard output that hold anything, each when it is whole."""
        rest = b""
        for chunk in self.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (line.decode("ascii", "replace") for line in lines if line)

    def write(self, content: memoryview | bytes) -> None:
        """Feeds all of ``content``; raises `BrokenPipeError` where the child no longer listens."""
        descriptor = cast("IO[bytes]", self._process.stdin).fileno()
        rest = memoryview(content)
        while rest:
            self._wait(descriptor, select.POLLOUT)
            rest = rest[os.write(descriptor, rest) :]

    def finish(self) -> int:
        """Ends the input, waits for the child, and returns its exit status (negative: a signal)."""
        self._close_input()
        end = time.monotonic() + self._stall
        while (left := end - time.monotonic()) > 0:
            with suppress(subprocess.TimeoutExpired):
                status = self._process.wait(min(left, HEARTBEAT_SECONDS))
                self._drain.join()
                return status
            self._heartbeat()
        raise TimedOut(f"{self._name} did not end")

    def finish_file(self, message: str) -> None:
        """As `finish`; raises `write_failure` of ``message`` where the file is not whole.

        ffmpeg 5 ends with success although the disk fills while it writes what it had buffered: only its
        standard error tells.
        """
        if self.finish() or any(words in self.stderr for words in UNFINISHED):
            raise self.write_failure(message)

    def write_failure(self, message: str) -> MediaError:
        """`RenderFailed`, or `DiskFull` where the child said so."""
        full = _full(self.stderr.splitlines())
        return self.failure(message, DiskFull if full else RenderFailed)

    @property
    def stderr(self) -> str:
        """The end of what the child wrote to standard error, without the server's paths."""
        text = re.sub(r" @ 0x[0-9a-f]+", "", self._tail.decode(errors="replace").strip())
        for number, file in enumerate(self._files):
            name = "input" if number == 0 else "file"
            text = text.replace(file, name).replace(file.removeprefix("file:"), name)
        return text

    def _death(self) -> str:
        """What ended the child, where it had no time to say it."""
        status = self._process.returncode
        return f"{self._name} died of signal {-status}" if status is not None and status < 0 else ""

    def failure(
        self, message: str, kind: type[MediaError] = MediaUnreadable, remedy: str | None = None
    ) -> MediaError:
        """An error that carries the child's stderr."""
        details: dict[str, Any] = {"stderr": self.stderr}
        reason = _reason(self.stderr.splitlines()) or self._death()
        return kind(f"{message}: {reason}" if reason else message, remedy=remedy, details=details)


def output_of(arguments: Sequence[str], path: Path, limit_seconds: float, refusal: str = "") -> bytes:
    """All that a run of ffmpeg or ffprobe writes, which must be little.

    ``path`` and ``limit_seconds``: as of `Child`. ``refusal``: what is said where it fails.

    Raises:
        MediaUnreadable: It failed.
        TimedOut: It took too long.
    """
    with Child(arguments, path, limit_seconds=limit_seconds) as child:
        output = b"".join(child.chunks())
        if child.finish():
            raise child.failure(refusal or f"{path.name} cannot be read")
    return output
