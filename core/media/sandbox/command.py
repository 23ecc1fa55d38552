"""How a program is started so that it is confined; see `core.media.sandbox.launcher`."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from liptune.core.settings import settings

LAUNCHER = Path(__file__).with_name("launcher.py")
THREAD_BYTES = 32 << 20
"""Addresses, not memory, that a thread's stack and heap reserve; a decoder starts several for each core."""


def confined(program: str, arguments: Sequence[str], limit_seconds: float | None) -> list[str]:
    """The command line that runs ``program`` confined to the files that its ``arguments`` name.

    Files are named as `core.media.ffmpeg.source` does; one after ``-i`` is read, every other is written.
    ``limit_seconds``: how long it may run, by default as long as a job; it may use every core for that long.
    """
    cores = os.cpu_count() or 1
    seconds = limit_seconds or settings().job_time_limit.total_seconds()
    read, written = _files(arguments)
    wanted = {
        "memory_bytes": settings().child_memory_bytes + THREAD_BYTES * cores,
        "cpu_seconds": max(1, round(seconds * cores)),
        "read": read,
        "write": [str(Path(path).parent) for path in written],
    }
    return [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(wanted), program, *arguments]


def environment() -> dict[str, str]:
    """Nothing of ours: no keys, no passwords; few heaps, since each reserves addresses."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return kept | {"MALLOC_ARENA_MAX": "2"}


def _files(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    read: list[str] = []
    written: list[str] = []
    for before, argument in zip(("", *arguments), arguments, strict=False):
        if argument.startswith("file:"):
            (read if before == "-i" else written).append(argument.removeprefix("file:"))
    return read, written
