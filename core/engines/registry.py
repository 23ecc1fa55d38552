"""The engines' ids, and `load_engine`, which imports and loads one. Nothing heavy is imported before."""

from importlib import import_module

from liptune.core.engines.protocol import SyncEngine
from liptune.core.errors import InvalidOption

# Module of each engine; it offers load() -> SyncEngine, which raises EngineUnavailable without its weights.
_MODULES = {
    "lite": "liptune.core.engines.lite.engine",
    "judge": "liptune.core.engines.judge.engine",
    "syncnet_v2": "liptune.core.engines.syncnet_v2.engine",
    "stable_syncnet": "liptune.core.engines.stable_syncnet.engine",
}


def engine_ids() -> tuple[str, ...]:
    """The ids that ``load_engine`` takes, the bundled engine first."""
    return tuple(_MODULES)


def load_engine(engine_id: str) -> SyncEngine:
    """Loads an engine with its weights.

    Raises InvalidOption for an unknown id and EngineUnavailable, with its remedy, where weights are missing.
    """
    if engine_id not in _MODULES:
        raise InvalidOption(f"There is no engine {engine_id!r}; there are {', '.join(_MODULES)}.")
    engine: SyncEngine = import_module(_MODULES[engine_id]).load()
    return engine
