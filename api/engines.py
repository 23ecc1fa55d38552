"""Which engines can run, told without loading any."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel

import core.engines
from api.auth import OwnerDep
from api.openapi import problems
from core.engines.registry import engine_ids
from core.errors import EngineUnavailable

LITE_WEIGHTS = Path(core.engines.__path__[0]) / "lite" / "lite.safetensors"

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
    return EngineList(items=[describe(engine_id) for engine_id in engine_ids()])


def describe(engine_id: str) -> EngineResource:
    """What is known of an engine without importing it."""
    ready = LITE_WEIGHTS.is_file()
    return EngineResource(
        id=engine_id,
        ready=ready,
        weights_sha256=_sha256(LITE_WEIGHTS) if ready else None,
        licence="MIT",
        install=None if ready else "pip install --force-reinstall liptune",
    )


def require_engine(engine_id: str | None) -> None:
    """Raises EngineUnavailable, with what to type, for an engine that cannot run."""
    if engine_id is None:
        return
    if engine_id not in engine_ids():
        raise EngineUnavailable(f"The engine {engine_id!r} is not installed.")
    found = describe(engine_id)
    if not found.ready:
        raise EngineUnavailable(f"The engine {engine_id!r} is not installed.", remedy=found.install)


@lru_cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
