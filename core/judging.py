"""A second opinion: which engine may judge what another has planned, and what it said."""

from dataclasses import dataclass

from core.analysis import EngineIdentity
from core.engines.listing import engine_status
from core.sync.types import SyncScore

STRONGEST_FIRST = ("stable_syncnet", "syncnet_v2", "lite")


@dataclass(frozen=True)
class Judgement:
    """Scores before and after the repair, by an engine that had no part in the search."""

    engine: EngineIdentity
    before: SyncScore
    after: SyncScore


def judging_engine(planning: str) -> str | None:
    """The id of the strongest other engine that is ready, None where there is none."""
    others = (engine for engine in STRONGEST_FIRST if engine != planning)
    return next((engine for engine in others if engine_status(engine).ready), None)
