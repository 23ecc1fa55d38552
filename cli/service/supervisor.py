"""Keeping one worker process alive, and leaving nothing of it behind."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

LOOK_SECONDS = 0.2
RESTART_SECONDS = 1.0
GRACE_SECONDS = 10.0

log = structlog.get_logger(__name__)


class WorkerSupervisor:
    """Runs ``python -m worker`` in a session of its own and starts another whenever it ends."""

    def __init__(self) -> None:
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
                self._sweep()
                if not self._stop.wait(RESTART_SECONDS):
                    log.warning("worker_restarted", status=status)
                    self._worker = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "worker"], stdin=subprocess.DEVNULL, start_new_session=True
        )

    def _sweep(self) -> None:
        """Kills whatever is left in the worker's session: pool processes, ffmpeg."""
        with suppress(ProcessLookupError):
            os.killpg(self._worker.pid, signal.SIGKILL)
        self._worker.wait()
