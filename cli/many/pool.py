"""Processes that do one work after another: models are loaded once in each, and none takes others along.

A process that dies loses the work it had, which is an outcome like any other; another takes its place.
"""

import os
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from liptune.cli.exits import leave_cleanly
from liptune.cli.many.work import Outcome, Told, Work, carry_out, failed, perform
from liptune.core.progress import Progress

THREADS = "OMP_NUM_THREADS"
LEAVING_SECONDS = 10.0
"""For a process that is ended to stop ffmpeg, and to cancel its job at a service."""

_processes = get_context("spawn")


@dataclass
class _Worker:
    """A process, and the number of the work it has, None while it has none."""

    process: BaseProcess
    line: Connection
    number: int | None = None


def outcomes(works: Sequence[Work], jobs: int, told: Told) -> Generator[tuple[int, Outcome]]:
    """Each work's number and outcome, in the order in which they are done; ``jobs`` at a time.

    Whoever stops asking ends the processes, and what they have begun.
    """
    waiting, workers = deque(range(len(works))), list[_Worker]()
    try:
        while waiting or any(worker.number is not None for worker in workers):
            _hand_out(works, waiting, workers, min(jobs, len(works)))
            yield from _heard(workers, told)
    finally:
        _end(workers)


def _hand_out(works: Sequence[Work], waiting: deque[int], workers: list[_Worker], jobs: int) -> None:
    while waiting and len(workers) < jobs:
        workers.append(_start(jobs))
    for worker in workers:
        if waiting and worker.number is None:
            worker.number = waiting.popleft()
            # Whoever has died meanwhile is heard of at once.
            with suppress(BrokenPipeError, ConnectionResetError):
                worker.line.send(works[worker.number])


def _heard(workers: list[_Worker], told: Told) -> Iterator[tuple[int, Outcome]]:
    speaking = {worker.line: worker for worker in workers}
    for line in wait([*speaking]):
        worker = speaking[line]  # type: ignore[index]
        try:
            message = worker.line.recv()
        except (EOFError, ConnectionResetError):
            workers.remove(worker)
            yield from _lost(worker)
            continue
        assert worker.number is not None  # noqa: S101 - who has no work says nothing
        if isinstance(message, tuple):
            told(worker.number, *message)
        else:
            number, worker.number = worker.number, None
            yield number, message


def _lost(worker: _Worker) -> Iterator[tuple[int, Outcome]]:
    worker.process.join()
    code = worker.process.exitcode or 0
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    if worker.number is not None:
        remedy = "The clip may need more memory than there is; try it alone."
        yield worker.number, failed("worker_lost", f"Its process ended by {how}.", remedy)


def _start(jobs: int) -> _Worker:
    here, there = _processes.Pipe()
    process = _processes.Process(target=_serve, args=(there, jobs), daemon=True)
    process.start()
    there.close()
    return _Worker(process, here)


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.line.close()
        if worker.number is not None:
            worker.process.terminate()
    for worker in workers:
        worker.process.join(LEAVING_SECONDS)
        worker.process.kill()


def _serve(line: Connection, jobs: int) -> None:
    """Does what comes until nothing can come; interrupting is left to whoever started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_cleanly()
    os.environ.setdefault(THREADS, str(max(1, (os.cpu_count() or 1) // jobs)))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            work: Work = line.recv()
            line.send(perform(work, partial(carry_out, work, progress=_teller(line))))


def _teller(line: Connection) -> Progress:
    return lambda stage, fraction: line.send((stage, fraction))
