"""Removing what is past its time."""

from datetime import timedelta

import structlog

from api.services import Services
from core.store.sweeping import BATCH, SWEEPS, Sweep

ANALYSES = "analyses/"
LEFT_BEHIND = timedelta(days=1)
"""Longer than any upload takes."""

log = structlog.get_logger(__name__)


def sweep(services: Services) -> None:
    """Removes expired jobs, media, uploads and keys, with their files."""
    for kind, remove in SWEEPS.items():
        while removed := _batch(services, remove):
            log.info("swept", kind=kind, removed=removed)
            if removed < BATCH:
                break
    services.store.blobs.expire(ANALYSES, services.settings.retention)
    services.store.blobs.sweep(LEFT_BEHIND)


def _batch(services: Services, remove: Sweep) -> int:
    with services.store.database.writing() as session:
        return remove(session, services.store.blobs.delete)
