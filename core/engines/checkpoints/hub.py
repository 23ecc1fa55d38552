"""Downloading from the Hugging Face hub, whose client resumes, retries and honours proxies by itself."""

import re
from pathlib import Path
from typing import Any

from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
from tqdm import tqdm

from liptune.core.engines.checkpoints.folder import file_sha256
from liptune.core.engines.checkpoints.report import Report
from liptune.core.engines.checkpoints.table import Checkpoint, HubFile
from liptune.core.progress import Progress


def download_from_hub(source: HubFile, checkpoint: Checkpoint, folder: Path, progress: Progress) -> Path:
    """Downloads into ``folder`` and compares the sha256 with the published or, failing that, the hub's own.

    Raises:
        OSError: The hub cannot be reached, refuses, or keeps breaking off.
        ValueError: The bytes are not those the hub or the table names.
    """
    url = hf_hub_url(source.repository, source.file, endpoint=source.endpoint)
    etag = get_hf_file_metadata(url, endpoint=source.endpoint).etag or ""
    expected = checkpoint.sha256 or (etag if re.fullmatch("[0-9a-f]{64}", etag) else None)
    path = Path(
        hf_hub_download(
            source.repository,
            source.file,
            local_dir=folder,
            endpoint=source.endpoint,
            tqdm_class=_reporting(progress),
        )
    )
    if expected and file_sha256(path) != expected:
        path.unlink()
        raise ValueError(f"its sha256 is not {expected}")
    return path


def _reporting(progress: Progress) -> "type[tqdm]":
    """A progress bar that draws nothing and passes its fraction on."""

    report = Report(progress)

    class Reporting(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.pop("name", None)
            super().__init__(*args, **{**kwargs, "disable": False, "file": _Nowhere()})

        def update(self, n: float | None = 1) -> bool | None:
            updated: bool | None = super().update(n)
            report(self.n, self.total or 0)
            return updated

    return Reporting


class _Nowhere:
    def write(self, _text: str) -> None: ...

    def flush(self) -> None: ...
