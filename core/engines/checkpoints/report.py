"""A progress callback for downloads that is called a few times a second at most."""

import time

from liptune.core.progress import Progress

STAGE = "download"
SECONDS = 0.25


class Report:
    """Calls a progress callback at most every ``SECONDS``, and when the download is whole."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._next = 0.0

    def __call__(self, received: float, total: float) -> None:
        """``total``: 0 where it is not known."""
        now = time.monotonic()
        if total and (received >= total or now >= self._next):
            self._next = now + SECONDS
            self._progress(STAGE, min(received / total, 1.0))
