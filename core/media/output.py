"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from core.errors import RenderFailed


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
        raise RenderFailed(f"{output.name} cannot be written: {error.strerror}") from error
    finally:
        staging.unlink(missing_ok=True)
