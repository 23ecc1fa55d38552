"""The folder of installed checkpoints; a ``.sha256`` file beside each pins its bytes."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from liptune.core.engines.checkpoints.table import Checkpoint
from liptune.core.settings import settings

CONVERTED = ".safetensors"


@dataclass(frozen=True)
class CheckpointFolder:
    """``path`` need not exist before the first checkpoint is kept in it."""

    path: Path

    def file(self, checkpoint: Checkpoint) -> Path | None:
        """The checkpoint's file, as published or converted to safetensors, where there is one."""
        names = (checkpoint.file, checkpoint.name + CONVERTED)
        return next((self.path / name for name in names if (self.path / name).is_file()), None)

    def pinned_sha256(self, checkpoint: Checkpoint) -> str | None:
        """What the file must hash to: as published, else as pinned when it was imported."""
        if checkpoint.sha256:
            return checkpoint.sha256
        file = self.file(checkpoint)
        pin = _pin(file) if file else None
        return pin.read_text().split()[0] if pin and pin.is_file() else None

    def keep(self, checkpoint: Checkpoint, source: Path) -> Path:
        """Copies a file in, whole or not at all, and pins its sha256. A file already in place is pinned."""
        suffix = CONVERTED if source.suffix == CONVERTED else checkpoint.suffix
        target = self.path / (checkpoint.name + suffix)
        self.path.mkdir(parents=True, exist_ok=True)
        if not (target.exists() and source.samefile(target)):
            copy = target.with_name(f".{target.name}.{os.getpid()}")
            try:
                shutil.copyfile(source, copy)
                _write_pin(target, file_sha256(copy))
                copy.replace(target)
            finally:
                copy.unlink(missing_ok=True)
        else:
            _write_pin(target, file_sha256(target))
        return target


def checkpoint_folder() -> CheckpointFolder:
    """``LIPTUNE_CHECKPOINTS``, else a folder in the data folder."""
    return CheckpointFolder(settings().checkpoints or settings().data / "checkpoints")


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes; reads it again only after it was changed."""
    status = path.stat()
    return _sha256(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _sha256(path: Path, _mtime_ns: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pin(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _write_pin(file: Path, sha256: str) -> None:
    """Writes the pin in the format that ``sha256sum --check`` reads."""
    pin = _pin(file)
    new = pin.with_name(f".{pin.name}.{os.getpid()}")
    new.write_text(f"{sha256}  {file.name}\n")
    new.replace(pin)
