"""Files that appear whole or not at all."""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from liptune.core.errors import DiskFull, RenderFailed
from liptune.core.progress import Progress

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_CHUNK_BYTES = 1 << 20
_FLUSH_BYTES = 32 << 20
"""So little is left to flush at the end that a canceled copy never waits long for a slow disk."""
_REPORT_SECONDS = 0.25


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """Yields a path beside ``output`` to write to; moved into place at the end, removed on any error.

    The staged name keeps the suffix, by which ffmpeg chooses the container.
    """
    staging = output.absolute().with_name(f".{uuid4().hex}{output.suffix}")
    try:
        yield staging
        with staging.open("rb") as written:
            os.fsync(written.fileno())
        staging.replace(output)
    except OSError as error:
        kind = DiskFull if error.errno in FULL else RenderFailed
        raise kind(f"{output.name} cannot be written: {error.strerror}") from error
    finally:
        staging.unlink(missing_ok=True)


def copy_untouched(source: Path, output: Path, *, progress: Progress) -> None:
    """Copies a file to the byte. Progress: ``render``, by bytes.

    Raises:
        RenderFailed, DiskFull: The copy could not be written; nothing is left behind.
        Whatever ``progress`` raises: nothing is left behind.
    """
    progress("render", 0.0)
    reported = time.monotonic()
    with staged(output) as staging:
        for fraction in _copied(source, staging):
            if (now := time.monotonic()) - reported > _REPORT_SECONDS:
                progress("render", fraction)
                reported = now
    progress("render", 1.0)


def _copied(source: Path, target: Path) -> Iterator[float]:
    """Copies piece by piece; yields the share that is copied."""
    piece = memoryview(bytearray(_CHUNK_BYTES))
    with source.open("rb", buffering=0) as reading, target.open("wb") as writing:
        size, done = os.fstat(reading.fileno()).st_size, 0
        while count := reading.readinto(piece):
            writing.write(piece[:count])
            done += count
            if done % _FLUSH_BYTES < count:
                writing.flush()
                os.fsync(writing.fileno())
            yield min(1.0, done / max(size, 1))
