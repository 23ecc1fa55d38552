"""The embedded service with more workers than its own, and the most memory that each of its processes had."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from benchmarks.studio_parts import START_SECONDS
from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.database.models import Worker
from tests.servers import free_port

WATCH_SECONDS = 0.25
STOP_SECONDS = 30.0
KINDS = {"spawn_main": "worker", "liptune.worker": "worker's parent", "serve": "API"}


@dataclass
class Crew:
    """A service under way. ``peaks``: MiB by kind of process. ``cpu_seconds``: of all, once it has ended."""

    url: str
    peaks: dict[str, int] = field(default_factory=dict)
    cpu_seconds: float = 0.0


@contextmanager
def crew(folder: Path, workers: int, part_seconds: float) -> Iterator[Crew]:
    """Starts the service with so many workers."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIPTUNE_")}
    environment |= {"LIPTUNE_DATA": str(folder), "LIPTUNE_PART_SECONDS": str(part_seconds)}
    port, before = free_port(), _children_seconds()
    hired = Crew(f"http://127.0.0.1:{port}")
    with ExitStack() as stack:
        log = stack.enter_context((folder.with_suffix(".log")).open("wb"))

        def begin(*arguments: str) -> int:
            command = [sys.executable, "-m", *arguments]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(_stop, process)
            return process.pid

        pids = [begin("liptune.cli.main", "serve", "--port", str(port))]
        _wait(hired.url, folder, 1)
        pids += [begin("liptune.worker") for _ in range(workers - 1)]
        _wait(hired.url, folder, workers)
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(pids, hired.peaks, over))
        watch.start()
        stack.callback(watch.join)
        stack.callback(over.set)
        yield hired
    hired.cpu_seconds = _children_seconds() - before


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    process.kill()
    process.wait()


def _wait(url: str, folder: Path, workers: int) -> None:
    """Returns once the service answers and so many workers receive messages."""
    deadline = time.monotonic() + START_SECONDS
    while not _ready(url) or _at_work(folder) < workers:
        if time.monotonic() > deadline:
            raise SystemExit("the service did not start")
        time.sleep(0.2)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _at_work(folder: Path) -> int:
    database = Database(Settings(data=folder).sqlalchemy_url)
    with database.reading() as session:
        found = session.scalar(select(func.count()).select_from(Worker)) or 0
    database.close()
    return found


def _watch(pids: list[int], peaks: dict[str, int], over: threading.Event) -> None:
    while not over.wait(WATCH_SECONDS):
        for pid in _family(pids):
            with suppress(OSError, KeyError, ValueError, IndexError):
                kind, peak = _kind(pid), _peak(pid)
                peaks[kind] = max(peaks.get(kind, 0), peak)


def _family(pids: list[int]) -> list[int]:
    """The processes and what they have started."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    found = list(pids)
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _kind(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return next((kind for mark, kind in KINDS.items() if mark in words), Path(words.split()[0]).name)


def _peak(pid: int) -> int:
    """MiB of resident memory at its highest."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    return int(facts["VmHWM"].split()[0]) // 1024


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
