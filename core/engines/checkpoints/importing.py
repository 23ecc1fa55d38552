"""Installs a checkpoint from a local file, if its tensors fit the network and its bytes those published."""

from pathlib import Path

from liptune.core.engines.checkpoints.folder import CheckpointFolder, file_sha256
from liptune.core.engines.checkpoints.installed import Installed, of_engine
from liptune.core.engines.checkpoints.table import Checkpoint
from liptune.core.engines.stable_syncnet import architecture as stable_syncnet
from liptune.core.engines.syncnet_v2 import network as syncnet_v2
from liptune.core.engines.weights import Tensors, read_tensors
from liptune.core.errors import EngineUnavailable, NotFound


def import_file(path: Path, folder: CheckpointFolder, name: str | None = None) -> Installed:
    """Checks a file, copies it into the folder and pins its sha256.

    ``name``: which checkpoint it is; by default what its name or its tensors say.

    Raises:
        NotFound: There is no such file.
        EngineUnavailable: It is no checkpoint of a known engine, or not the published one.
    """
    if not path.is_file():
        raise NotFound(f"There is no file {path.name}")
    tensors = read_tensors(path)
    engine = _engine_of(tensors, path)
    checkpoint = _chosen(engine, name or path.stem)
    _check_bytes(checkpoint, path)
    _check_network(engine, tensors, path.name)
    kept = folder.keep(checkpoint, path)
    return Installed(checkpoint, kept, file_sha256(kept))


def _engine_of(tensors: Tensors, path: Path) -> str:
    if any(name.startswith("netcnnlip.") for name in tensors):
        return "syncnet_v2"
    if any(name.startswith("visual_encoder.") for name in tensors):
        return "stable_syncnet"
    raise EngineUnavailable(f"{path.name} holds the tensors of no engine that Liptune knows")


def _chosen(engine: str, name: str) -> Checkpoint:
    candidates = of_engine(engine)
    return next((candidate for candidate in candidates if candidate.name == name), candidates[0])


def _check_bytes(checkpoint: Checkpoint, path: Path) -> None:
    found = file_sha256(path)
    if checkpoint.sha256 and found != checkpoint.sha256:
        raise EngineUnavailable(
            f"{path.name} is not the published {checkpoint.file}: "
            f"its sha256 is {found}, not {checkpoint.sha256}",
            remedy=f"liptune engines fetch {checkpoint.name}",
        )


def _check_network(engine: str, tensors: Tensors, source: str) -> None:
    if engine == "syncnet_v2":
        syncnet_v2.build(tensors, source)
    else:
        stable_syncnet.build(tensors, source)
