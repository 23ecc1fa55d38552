import platform
from pathlib import Path

import numpy as np
import pytest

from core.heap import trim

PIECES = 1000
PIECE_BYTES = 64 * 1024
"""Small enough for glibc to take it from the heap, whatever its threshold."""


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's heap can be trimmed")
def test_what_is_free_below_something_in_use_goes_back() -> None:
    trim()
    pieces = [np.ones(PIECE_BYTES, np.uint8) for _ in range(PIECES)]
    full = _resident()
    above = pieces.pop()
    pieces.clear()
    trim()
    assert _resident() < full - PIECES * PIECE_BYTES // 2
    assert above.all()
