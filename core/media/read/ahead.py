"""Runs an iterator on another thread, ahead by as many items as a bounded queue holds."""

from collections.abc import Generator
from contextlib import closing
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")

POLL_SECONDS = 0.1


class _End:
    """The last thing in the queue, with what ended the work, if it failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def ahead(items: Generator[Item, None, None], most: int) -> Generator[Item, None, None]:
    """Yields the same items, drawn by a thread that runs at most ``most`` + 1 of them ahead.

    Raises what ``items`` raises, after the items before. Closing it early closes ``items`` on its thread.
    """
    queue: Queue[Item | _End] = Queue(most)
    stop = Event()
    thread = Thread(target=_draw, args=(items, queue, stop), name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        _empty(queue)
        thread.join()


def _draw(items: Generator[Item, None, None], queue: "Queue[Item | _End]", stop: Event) -> None:
    error: BaseException | None = None
    try:
        with closing(items):
            for item in items:
                if not _put(queue, item, stop):
                    return
    except BaseException as caught:  # noqa: BLE001 - raised again where the items are wanted
        error = caught
    _put(queue, _End(error), stop)


def _put(queue: "Queue[Item | _End]", item: "Item | _End", stop: Event) -> bool:
    while not stop.is_set():
        try:
            queue.put(item, timeout=POLL_SECONDS)
        except Full:
            continue
        return True
    return False


def _empty(queue: "Queue[Item | _End]") -> None:
    while True:
        try:
            queue.get_nowait()
        except Empty:
            return
