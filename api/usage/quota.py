"""Refuses what would make a key store more than it may."""

from sqlalchemy.orm import Session

from liptune.api.errors import QuotaExceeded
from liptune.api.services import Services
from liptune.core.store.usage import UsageRepository


def reserve_bytes(session: Session, services: Services, owner: str, more: int) -> None:
    """As `require_bytes`, and nobody else makes the owner store more until the transaction ends."""
    UsageRepository(session).lock(owner)
    require_bytes(session, services, owner, more)


def require_bytes(session: Session, services: Services, owner: str, more: int) -> None:
    """Raises QuotaExceeded where the owner, with so many bytes more, would store more than a key may."""
    limit = services.settings.key_bytes
    if limit is None:
        return
    stored = UsageRepository(session).stored(owner).total
    if stored + more > limit:
        raise QuotaExceeded(
            f"The key stores {stored} bytes of {limit}, and this would add {more}.",
            remedy="Delete jobs and media, or wait until they expire.",
            details={"stored": stored, "limit": limit, "more": more},
        )
