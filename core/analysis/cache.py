"""Analyses kept in a folder."""

import os
import tempfile
from pathlib import Path

from core.analysis.file import read_analysis, write_analysis
from core.analysis.types import Analysis


class FolderCache:
    """Implements `core.analysis.AnalysisCache` with one file a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> Analysis | None:
        """Returns the analysis, or None where there is none (or it is damaged)."""
        return read_analysis(self._path(key))

    def save(self, key: str, analysis: Analysis) -> None:
        """Keeps it; a reader sees the whole file or none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                write_analysis(file, analysis)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"
