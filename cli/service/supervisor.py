"""Runs a worker process, restarts it when it ends, and kills what it leaves behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.store.database.connection import Database
from liptune.core.store.ids import new_id
from liptune.core.store.jobs.reaping import ReapingRepository

LOOK_SECONDS = 0.2
RESTART_SECONDS = 1.0
GRACE_SECONDS = 10.0

log = structlog.get_logger(__name__)


class WorkerSupervisor:
    """Runs ``python -m liptune.worker`` in a session of its own and starts another whenever it ends."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._worker = self._start()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._worker.wait(GRACE_SECONDS)
        self._sweep()

    def _watch(self) -> None:
        while not self._stop.is_set():
            with suppress(subprocess.TimeoutExpired):
                status = self._worker.wait(LOOK_SECONDS)
                log.warning("worker_died", status=status)
                self._sweep()
                self._bury()
                if not self._stop.wait(RESTART_SECONDS):
                    self._worker = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._name = f"{new_id()}@{socket.gethostname()}"
        command = [sys.executable, "-m", "liptune.worker", f"--hostname={self._name}"]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    def _bury(self) -> None:
        try:
            with self._database.writing() as session:
                ReapingRepository(session).bury(self._name)
        except SQLAlchemyError:
            log.warning("worker_not_buried", exc_info=True)

    def _sweep(self) -> None:
        """Kills whatever is left in the worker's session: pool processes, ffmpeg."""
        with suppress(ProcessLookupError):
            os.killpg(self._worker.pid, signal.SIGKILL)
        self._worker.wait()
