"""What was read of a file, remembered for as long as the file stays as it is."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

Answer = TypeVar("Answer")

MOST = 32
"""Answers kept; the times of a film's frames are a megabyte."""
SETTLED_NS = 20_000_000
"""A file changed this lately may be changed again without its time stamp telling: file systems count in ticks
of some milliseconds."""

_answers: OrderedDict[Hashable, Any] = OrderedDict()
_being_read: dict[Hashable, Lock] = {}
_lock = Lock()


def remembered(path: Path, question: Hashable, read: Callable[[], Answer]) -> Answer:
    """What ``read`` returns of the file, from memory where that was asked before and the file is the same.

    A repair asks the same of its video and of its copy many times, and each answer costs the start of a
    program. The same: by its inode, size and time of modification, so that a file that is only renamed is
    known. ``question``: tells ``read`` from others; who asks while another thread reads waits for that.
    Raises what ``read`` does, which is not remembered.
    """
    state = _state_of(path)
    if state is None:
        return read()
    key = (state, question)
    with _lock:
        turn = _being_read.setdefault(key, Lock())
    with turn:
        try:
            return _answer(key, read)
        finally:
            with _lock:
                _being_read.pop(key, None)


def _answer(key: Hashable, read: Callable[[], Answer]) -> Answer:
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            known: Answer = _answers[key]
            return known
    answer = read()
    with _lock:
        _answers[key] = answer
        while len(_answers) > MOST:
            _answers.popitem(last=False)
    return answer


def _state_of(path: Path) -> tuple[int, ...] | None:
    """What changes with the file; None where it cannot be relied on."""
    try:
        state = path.stat()
    except OSError:
        return None
    if abs(time.time_ns() - state.st_mtime_ns) < SETTLED_NS:
        return None
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns
