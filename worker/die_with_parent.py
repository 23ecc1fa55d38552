"""Ends this process when its parent dies, so that a killed supervisor leaves no worker behind."""

import os
import threading
from time import sleep

SECONDS_BETWEEN_LOOKS = 0.5


def exit_with_parent() -> None:
    """Ends this process, hard, once its parent is gone."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(1)
