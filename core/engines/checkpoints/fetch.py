"""Installs a checkpoint from its published sources, tried in turn."""

import shutil
from pathlib import Path

import httpx

from liptune.core.engines.checkpoints.download import download_url
from liptune.core.engines.checkpoints.folder import CheckpointFolder
from liptune.core.engines.checkpoints.hub import download_from_hub
from liptune.core.engines.checkpoints.importing import import_file
from liptune.core.engines.checkpoints.installed import Installed
from liptune.core.engines.checkpoints.table import Checkpoint, HubFile, Url
from liptune.core.errors import EngineUnavailable
from liptune.core.progress import Progress, silent

UNFINISHED = ".downloads"


def fetch(checkpoint: Checkpoint, folder: CheckpointFolder, progress: Progress = silent) -> Installed:
    """Installs a checkpoint: from the folder where it is there already, else from its sources in turn.

    Raises:
        EngineUnavailable: No source gave the file; the message has each one's reason, the remedy a way round.
    """
    present = folder.file(checkpoint)
    if present:
        return import_file(present, folder, checkpoint.name)
    failures: list[str] = []
    for number, source in enumerate(checkpoint.sources):
        downloads = folder.path / UNFINISHED / f"{checkpoint.name}-{number}"
        downloads.mkdir(parents=True, exist_ok=True)
        try:
            fetched = import_file(_download(source, checkpoint, downloads, progress), folder, checkpoint.name)
        except (OSError, ValueError, httpx.HTTPError, EngineUnavailable) as error:
            failures.append(f"{source}: {error}")
        else:
            shutil.rmtree(downloads.parent)
            return fetched
    raise EngineUnavailable(
        f"The checkpoint {checkpoint.name} could not be fetched; {'; '.join(failures)}",
        remedy=f"download it elsewhere and run: liptune engines import {checkpoint.file}",
        details={"sources": failures},
    )


def _download(source: Url | HubFile, checkpoint: Checkpoint, folder: Path, progress: Progress) -> Path:
    if isinstance(source, HubFile):
        return download_from_hub(source, checkpoint, folder, progress)
    return download_url(source, checkpoint, folder, progress)
