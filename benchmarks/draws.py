"""Which clips a benchmark takes where it takes few, and what may go wrong with one."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import cv2

from liptune.core.errors import LiptuneError

PICTURES = (".mp4", ".avi", ".mpg", ".mov", ".mkv")
FAILURES = (LiptuneError, cv2.error, ArithmeticError, LookupError, OSError, ValueError)

Drawn = TypeVar("Drawn")


def shuffled(clips: Iterable[Drawn], path: Callable[[Drawn], Path]) -> list[Drawn]:
    """In the order of their names' digests, so that the first are a fair draw."""
    return sorted(clips, key=lambda clip: sha256(path(clip).name.encode()).digest())
