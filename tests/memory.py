"""How much memory a piece of work takes."""

import tracemalloc
from collections.abc import Callable


def most_memory(work: Callable[[], object]) -> int:
    """The bytes that Python and numpy hold at most while it runs, beyond those of before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
