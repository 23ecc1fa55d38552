"""``/v1/engines``: which engines are ready. Loads none."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel

from liptune.api.auth import OwnerDep
from liptune.api.openapi_texts import problems
from liptune.core.engines.listing import engine_status, list_engines
from liptune.core.engines.registry import engine_ids
from liptune.core.errors import EngineUnavailable

router = APIRouter(prefix="/v1/engines", tags=["engines"])


class EngineResource(BaseModel):
    """A network that judges lips and speech. ``install``: what to type when it is not ready."""

    id: str
    ready: bool
    weights_sha256: str | None
    licence: str | None
    install: str | None


class EngineList(BaseModel):
    """Every engine, the bundled one first."""

    items: list[EngineResource]


@router.get("", response_model=EngineList, responses=problems(401))
def engines(_owner: OwnerDep) -> EngineList:
    """The engines, ready or not."""
    return EngineList(items=[EngineResource(**asdict(status)) for status in list_engines()])


def require_engine(engine_id: str | None) -> None:
    """Raises EngineUnavailable, with what to type, for an engine that cannot run."""
    if engine_id is None:
        return
    if engine_id not in engine_ids():
        raise EngineUnavailable(f"There is no engine {engine_id!r}.")
    found = engine_status(engine_id)
    if not found.ready:
        raise EngineUnavailable(f"The engine {engine_id!r} is not installed.", remedy=found.install)
