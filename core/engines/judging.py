"""Which engine judges a repair: another one than planned it."""

from liptune.core.engines.listing import engine_status
from liptune.core.engines.lite.weights_file import JUDGE

STRONGEST_FIRST = ("stable_syncnet", "syncnet_v2", JUDGE, "lite")


def judging_engine(planning: str) -> str | None:
    """The id of the strongest other engine that is ready, None where there is none."""
    others = (engine for engine in STRONGEST_FIRST if engine != planning)
    return next((engine for engine in others if engine_status(engine).ready), None)
