"""The bundled judge: a network of other seeds and by the picture alone, which plans nothing."""

from functools import cache

from liptune.core.engines.lite.engine import LiteEngine, load_from
from liptune.core.engines.lite.weights_file import JUDGE, JUDGE_WEIGHTS


@cache
def load() -> LiteEngine:
    """The engine with the weights in the package; raises EngineUnavailable where there are none."""
    return load_from(JUDGE, JUDGE_WEIGHTS)
