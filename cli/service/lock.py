"""A lock that lets one service at a time use a data folder; raises CannotServe."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotServe(Exception):
    """Why the service does not start, in words for whoever typed the command."""


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Holds the data folder for this process; the system lets go of it when the process dies.

    Raises:
        CannotServe: The folder cannot be written, or another service has it.
    """
    _require_writable(folder)
    with (folder / "serve.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotServe(f"Another service already uses the data folder {folder}.") from error
        yield


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            os.fsync(probe.fileno())
    except OSError as error:
        raise CannotServe(f"The data folder {folder} cannot be written: {error.strerror}.") from error
