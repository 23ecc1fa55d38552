"""Rows gathered from a stream, without a second copy at the end."""

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

FIRST_ROWS = 4096


class Rows(Generic[Scalar]):
    """An array that grows. Room is reserved by doubling; the system gives memory to what is written alone."""

    def __init__(self, shape: tuple[int, ...], dtype: type[Scalar]) -> None:
        self._rows = np.empty((FIRST_ROWS, *shape), dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, rows: NDArray[Scalar]) -> None:
        """Adds (n, ...) rows."""
        end = self._count + len(rows)
        if end > len(self._rows):
            self._grow(end)
        self._rows[self._count : end] = rows
        self._count = end

    def append(self, row: Any) -> None:
        """Adds one row."""
        self.extend(np.asarray(row, self._rows.dtype)[None])

    def array(self) -> NDArray[Scalar]:
        """The rows so far, (n, ...): a view, to be taken when all are in."""
        return self._rows[: self._count]

    def _grow(self, least: int) -> None:
        grown = np.empty((max(least, 2 * len(self._rows)), *self._rows.shape[1:]), self._rows.dtype)
        grown[: self._count] = self._rows[: self._count]
        self._rows = grown
