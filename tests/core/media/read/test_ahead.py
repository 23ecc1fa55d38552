import threading
import time
from collections.abc import Generator
from contextlib import closing

import pytest

from liptune.core.media.read.ahead import ahead


class Source:
    """Counts what was drawn, and knows whether it was closed and on which thread it ran."""

    def __init__(self, length: int, *, fails: bool = False) -> None:
        self.drawn = 0
        self.closed = False
        self.thread: threading.Thread | None = None
        self._length, self._fails = length, fails

    def items(self) -> Generator[int, None, None]:
        self.thread = threading.current_thread()
        try:
            for number in range(self._length):
                self.drawn += 1
                yield number
            if self._fails:
                raise OSError("broken")
        finally:
            self.closed = True


def settled(source: Source) -> int:
    """How much was drawn once nothing more is."""
    before = -1
    while before != source.drawn:
        before = source.drawn
        time.sleep(0.05)
    return before


def test_the_items_come_in_order_and_from_another_thread() -> None:
    source = Source(100)
    assert list(ahead(source.items(), 3)) == list(range(100))
    assert source.thread is not threading.current_thread()
    assert source.closed


def test_a_slow_taker_holds_the_work_back() -> None:
    source = Source(100)
    with closing(ahead(source.items(), 3)) as items:
        for taken in range(1, 6):
            next(items)
            assert settled(source) == taken + 3 + 1
    assert source.closed


def test_an_error_comes_after_the_items_before_it() -> None:
    items = ahead(Source(2, fails=True).items(), 5)
    assert [next(items), next(items)] == [0, 1]
    with pytest.raises(OSError, match="broken"):
        next(items)


@pytest.mark.parametrize("taken", [1, 4])
def test_closing_early_closes_the_source_and_ends_the_thread(taken: int) -> None:
    source = Source(10**9)
    before = set(threading.enumerate())
    items = ahead(source.items(), 2)
    for _ in range(taken):
        next(items)
    items.close()
    assert source.closed
    assert set(threading.enumerate()) <= before
