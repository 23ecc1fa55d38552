"""The C library's heap."""

import ctypes


def trim() -> None:
    """Gives the system what the heap holds free, where the C library can; glibc by itself keeps most."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
