"""Looks up an engine's installed checkpoint and checks its bytes; raises EngineUnavailable."""

from dataclasses import dataclass
from pathlib import Path

from liptune.core.engines.checkpoints.folder import CheckpointFolder, checkpoint_folder, file_sha256
from liptune.core.engines.checkpoints.table import CHECKPOINTS, Checkpoint
from liptune.core.errors import EngineUnavailable


@dataclass(frozen=True)
class Installed:
    """A checkpoint's file, which hashes to ``sha256``."""

    checkpoint: Checkpoint
    path: Path
    sha256: str


def of_engine(engine: str) -> tuple[Checkpoint, ...]:
    """The checkpoints an engine can run with, the preferred one first."""
    return tuple(checkpoint for checkpoint in CHECKPOINTS if checkpoint.engine == engine)


def preferred(engine: str, folder: CheckpointFolder) -> Checkpoint:
    """The first of the engine's checkpoints that is there and pinned; the first of all where none is."""
    candidates = of_engine(engine)
    ready = (each for each in candidates if folder.file(each) and folder.pinned_sha256(each))
    return next(ready, candidates[0])


def installed(engine: str) -> Installed:
    """The engine's checkpoint, its bytes checked.

    Raises:
        EngineUnavailable: It is missing, not pinned yet, or not the bytes that were pinned.
    """
    folder = checkpoint_folder()
    return verified(preferred(engine, folder), folder)


def verified(checkpoint: Checkpoint, folder: CheckpointFolder) -> Installed:
    """The checkpoint in the folder, its bytes checked.

    Raises:
        EngineUnavailable: It is missing, not pinned yet, or not the bytes that were pinned.
    """
    path, expected = folder.file(checkpoint), folder.pinned_sha256(checkpoint)
    if path is None:
        raise _unavailable(checkpoint, "is not installed")
    if expected is None:
        raise _unavailable(checkpoint, "was put into the checkpoints folder but never checked")
    found = file_sha256(path)
    if found != expected:
        raise _unavailable(checkpoint, f"is damaged: its sha256 is {found}, not {expected}")
    return Installed(checkpoint, path, found)


def _unavailable(checkpoint: Checkpoint, why: str) -> EngineUnavailable:
    return EngineUnavailable(
        f"The checkpoint {checkpoint.name} of the engine {checkpoint.engine} {why}",
        remedy=install_command(checkpoint),
        details={"engine": checkpoint.engine, "checkpoint": checkpoint.name},
    )


def install_command(checkpoint: Checkpoint) -> str:
    """What to type to get the checkpoint."""
    return f"liptune engines fetch {checkpoint.name}"
