"""Lists the engines: which are ready, and the command that installs the others. Loads no network."""

from dataclasses import dataclass

from liptune.core.engines.checkpoints.folder import checkpoint_folder, file_sha256
from liptune.core.engines.checkpoints.installed import install_command, preferred
from liptune.core.engines.lite.weights_file import JUDGE, JUDGE_WEIGHTS, WEIGHTS
from liptune.core.engines.registry import engine_ids

BUNDLED = {"lite": WEIGHTS, JUDGE: JUDGE_WEIGHTS}


@dataclass(frozen=True)
class EngineStatus:
    """``weights_sha256``: None where not ``ready``. ``install``: what to type then, else None."""

    id: str
    ready: bool
    weights_sha256: str | None
    licence: str
    install: str | None


def list_engines() -> tuple[EngineStatus, ...]:
    """Every engine, the bundled one first. Takes the pins' word for the checkpoints' bytes."""
    return tuple(engine_status(engine_id) for engine_id in engine_ids())


def engine_status(engine_id: str) -> EngineStatus:
    """What is known of one of ``engine_ids()`` without loading it."""
    return _bundled(engine_id) if engine_id in BUNDLED else _published(engine_id)


def _bundled(engine_id: str) -> EngineStatus:
    weights = BUNDLED[engine_id]
    ready = weights.is_file()
    return EngineStatus(
        id=engine_id,
        ready=ready,
        weights_sha256=file_sha256(weights) if ready else None,
        licence="MIT",
        install=None if ready else "pip install --force-reinstall liptune",
    )


def _published(engine_id: str) -> EngineStatus:
    folder = checkpoint_folder()
    checkpoint = preferred(engine_id, folder)
    sha256 = folder.pinned_sha256(checkpoint) if folder.file(checkpoint) else None
    return EngineStatus(
        id=engine_id,
        ready=sha256 is not None,
        weights_sha256=sha256,
        licence=checkpoint.licence,
        install=None if sha256 else install_command(checkpoint),
    )
