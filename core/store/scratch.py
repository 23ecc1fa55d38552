"""Folders for temporary files, one a process; those of dead processes are removed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from liptune.core.store.ids import new_id

LOCK = ".lock"


class Scratch:
    """A process's own folder. The system lets go of its lock when the process dies, however it dies.

    Whoever opens a folder beside it removes those that nobody holds.
    """

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def open(cls, root: Path) -> Self:
        """Makes a folder in ``root``, and removes what the dead have left there."""
        root.mkdir(parents=True, exist_ok=True)
        with _alone(root):
            for left in root.iterdir():
                if left.is_dir():
                    _remove_if_dead(left)
            path = root / new_id()
            path.mkdir()
            return cls(path, _hold(path / LOCK))

    def close(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keeps others from removing a folder between its making and its locking."""
    lock = os.open(root / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _hold(file: Path) -> int:
    lock = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    return lock


def _remove_if_dead(folder: Path) -> None:
    with suppress(BlockingIOError):
        lock = _hold(folder / LOCK)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
