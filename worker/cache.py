"""The cache of analyses in storage, shared by all workers."""

from tempfile import TemporaryFile

from liptune.core.analysis.analysis_file import read_arrays, write_arrays
from liptune.core.analysis.types import Arrays
from liptune.core.errors import NotFound
from liptune.core.store.store import Store
from liptune.worker.artifacts import store_file
from liptune.worker.observation import Observation

PREFIX = "analyses/"


class BlobCache:
    """Implements `core.analysis.AnalysisCache` with one file a key."""

    def __init__(self, store: Store, observation: Observation) -> None:
        self._blobs = store.blobs
        self._scratch = store.scratch
        self._observation = observation

    def load(self, key: str) -> Arrays | None:
        """Returns what was kept, or None where there is nothing (or it is damaged)."""
        found = self._read(key)
        self._observation.count("analysis_cache", "miss" if found is None else "hit")
        return found

    def _read(self, key: str) -> Arrays | None:
        try:
            with self._blobs.local(_name(key)) as path:
                return read_arrays(path)
        except NotFound:
            return None

    def save(self, key: str, arrays: Arrays) -> None:
        """Keeps it; a reader sees the whole file or none."""
        with TemporaryFile(dir=self._scratch.path) as file:
            write_arrays(file, arrays)
            file.seek(0)
            store_file(self._blobs, file, _name(key))

    def remove(self, key: str) -> None:
        """Lets go of it; harmless where there is nothing."""
        self._blobs.delete(_name(key))


def open_cache(store: Store, observation: Observation) -> BlobCache:
    """The cache in the store; how often it helps is counted."""
    return BlobCache(store, observation)


def _name(key: str) -> str:
    return f"{PREFIX}{key}.npz"
