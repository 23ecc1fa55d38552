"""Keeping processes alive, as an orchestrator does: whatever dies is started again."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

RESTART_SECONDS = 1.0


class Kept:
    """A process that is started again whenever it ends."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self._command = [sys.executable, *arguments]
        self._environment = environment
        self._log = log
        self._stopped = threading.Event()
        self.process = self._start()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """Kills it, and nothing that it has started."""
        self.process.kill()

    def kill_pool(self) -> None:
        """Kills the worker's pool processes."""
        for child in self._children():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """Ends it for good, and whatever it has left."""
        self._stopped.set()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._thread.join()

    def _children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        commands = {int(child): Path(f"/proc/{child}/cmdline") for child in listed}
        return [child for child, command in commands.items() if b"spawn_main" in command.read_bytes()]

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def _keep(self) -> None:
        while not self._stopped.is_set():
            if self.process.poll() is not None:
                time.sleep(RESTART_SECONDS)
                if not self._stopped.is_set():
                    self.process = self._start()
            time.sleep(0.1)
