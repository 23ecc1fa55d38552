"""Processes that share out training's work."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def spawned(processes: int) -> ProcessPoolExecutor:
    """So many processes that begin afresh: forked, one with threads may wait for their locks for ever."""
    return ProcessPoolExecutor(processes, get_context("spawn"))
