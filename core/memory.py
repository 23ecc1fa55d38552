"""Memory of long clips: arrays that grow row by row outside the heap, and a heap given back when free."""

import ctypes
import mmap
from math import prod
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

BLOCK_ROWS = 1024


class Rows(Generic[Scalar]):
    """An array that grows by blocks. They lie outside the heap, which would keep what is let go."""

    def __init__(self, shape: tuple[int, ...], dtype: type[Scalar]) -> None:
        self._shape = shape
        self._dtype = dtype
        self._blocks: list[NDArray[Scalar]] = []
        self._room = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, rows: NDArray[Scalar]) -> None:
        """Adds (n, ...) rows."""
        while len(rows):
            if not self._room:
                self._blocks.append(self._mapped(BLOCK_ROWS))
                self._room = BLOCK_ROWS
            count = min(len(rows), self._room)
            begin = len(self._blocks[-1]) - self._room
            self._blocks[-1][begin : begin + count] = rows[:count]
            self._room -= count
            self._count += count
            rows = rows[count:]

    def append(self, row: Any) -> None:
        """Adds one row."""
        self.extend(np.asarray(row, self._dtype)[None])

    def array(self) -> NDArray[Scalar]:
        """The rows so far, (n, ...). Each block is let go as soon as it is copied."""
        whole, filled = self._mapped(self._count), 0
        for at in range(len(self._blocks)):
            block, self._blocks[at] = self._blocks[at][: self._count - filled], whole[:0]
            whole[filled : filled + len(block)] = block
            filled += len(block)
        self._blocks, self._room = [whole], 0
        return whole

    def _mapped(self, rows: int) -> NDArray[Scalar]:
        shape = (rows, *self._shape)
        size = prod(shape) * np.dtype(self._dtype).itemsize
        return np.ndarray(shape, self._dtype, mmap.mmap(-1, max(size, 1)))


def trim() -> None:
    """Gives the system what the heap holds free, where the C library can; glibc by itself keeps most."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
