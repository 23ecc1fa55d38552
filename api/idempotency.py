"""``Idempotency-Key``: a retried request is answered with what the first one made, a job or a batch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from liptune.api.errors import IdempotencyConflict, IdempotencyInFlight, InvalidRequest
from liptune.api.services import Services, in_thread
from liptune.core.store.database.models import IdempotencyKey
from liptune.core.store.jobs.idempotency import IdempotencyRepository

CUT_OFF_AFTER = timedelta(minutes=30)
LONGEST_KEY = 255


@dataclass(frozen=True)
class Reservation:
    """A key held by a request until that has made something."""

    owner: str
    key: str
    token: str


@asynccontextmanager
async def reserved(services: Services, owner: str, key: str | None) -> AsyncIterator[Reservation | None]:
    """Holds the key while the request is read; frees it if the request is refused.

    Raises:
        IdempotencyInFlight: Another request with the key is being read.
    """
    if key is None:
        yield None
        return
    reservation = await in_thread(_reserve, services, owner, _checked(key))
    try:
        yield reservation
    finally:
        await in_thread(_abandon, services, reservation)


def replayed(session: Session, reservation: Reservation | None, fingerprint: str) -> IdempotencyKey | None:
    """Returns the key if it has its job or batch already.

    Raises:
        IdempotencyConflict: It was made from another input.
    """
    if reservation is None:
        return None
    known = IdempotencyRepository(session).get(reservation.owner, reservation.key)
    if known is None or known.pending:
        return None
    if known.fingerprint != fingerprint:
        raise IdempotencyConflict(
            "This Idempotency-Key came with another input before.", remedy="Use a new key."
        )
    return known


def complete(
    session: Session,
    reservation: Reservation | None,
    fingerprint: str,
    *,
    job_id: str | None = None,
    batch_id: str | None = None,
) -> None:
    """Gives the key its job or batch, in the transaction that inserts it."""
    if reservation is None:
        return
    held = reservation.owner, reservation.key, reservation.token
    keys = IdempotencyRepository(session)
    if not keys.complete(*held, fingerprint, job_id=job_id, batch_id=batch_id):
        raise IdempotencyInFlight("Another request with this Idempotency-Key has taken over.")


def _checked(key: str) -> str:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InvalidRequest(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def _reserve(services: Services, owner: str, key: str) -> Reservation:
    with services.store.database.writing() as session:
        keys = IdempotencyRepository(session)
        known = keys.get(owner, key)
        if known is not None and not known.pending:
            return Reservation(owner, key, known.token)
        token = keys.reserve(owner, key, services.settings.idempotency_retention, CUT_OFF_AFTER)
    if token is None:
        raise IdempotencyInFlight("The first request with this Idempotency-Key is still being read.")
    return Reservation(owner, key, token)


def _abandon(services: Services, reservation: Reservation) -> None:
    with services.store.database.writing() as session:
        IdempotencyRepository(session).abandon(reservation.owner, reservation.key, reservation.token)
