import platform
from pathlib import Path

import numpy as np
import pytest

from liptune.core import memory as rows
from liptune.core.memory import Rows, trim


@pytest.mark.parametrize("parts", [[0], [1], [3, 0, 9], [100, 1, 50], [5] * 40])
def test_rows_come_back_as_they_went_in(parts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK_ROWS", 4)
    pieces = [np.random.default_rng(n).standard_normal((n, 2, 3)).astype(np.float32) for n in parts]
    gathered = Rows((2, 3), np.float32)
    for piece in pieces:
        gathered.extend(piece)
    np.testing.assert_array_equal(gathered.array(), np.concatenate(pieces))
    assert len(gathered) == sum(parts)


def test_single_rows_and_flags() -> None:
    flags = Rows((), np.bool_)
    for flag in (True, False, True):
        flags.append(flag)
    assert flags.array().tolist() == [True, False, True]


def test_rows_can_be_taken_twice_and_added_to_in_between() -> None:
    counted = Rows((), np.int64)
    counted.extend(np.arange(3))
    before = counted.array()
    np.testing.assert_array_equal(counted.array(), before)
    counted.append(3)
    assert counted.array().tolist() == [0, 1, 2, 3]
    assert before.tolist() == [0, 1, 2]


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
