"""Ctrl-C, once the first of many videos is done."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from liptune.cli.many.journal import JOURNAL


@contextmanager
def interrupted(out: Path) -> Iterator[None]:
    """What is done within must end as whoever presses Ctrl-C ends it, when ``out`` has its first row."""

    def interrupt() -> None:
        while not (out / JOURNAL).exists() or not (out / JOURNAL).read_text():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGINT, before)
