"""``Idempotency-Key``: a retried request is answered with the job that the first one made."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from liptune.api.errors import IdempotencyConflict, IdempotencyInFlight, InvalidRequest
from liptune.api.jobs.schemas import JobRequest, UrlSource
from liptune.api.services import Services, in_thread
from liptune.core.store.database.models import Job, Media
from liptune.core.store.jobs.idempotency import IdempotencyRepository

CUT_OFF_AFTER = timedelta(minutes=30)
LONGEST_KEY = 255


@dataclass(frozen=True)
class Reservation:
    """A key held by a request until it has its job."""

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


def replayed(session: Session, reservation: Reservation | None, fingerprint: str) -> Job | None:
    """Returns the job that the key already has.

    Raises:
        IdempotencyConflict: It was made from another input.
    """
    if reservation is None:
        return None
    known = IdempotencyRepository(session).get(reservation.owner, reservation.key)
    if known is None or known.job_id is None:
        return None
    if known.fingerprint != fingerprint:
        raise IdempotencyConflict(
            "This Idempotency-Key came with another input before.", remedy="Use a new key."
        )
    return session.get(Job, known.job_id)


def complete(session: Session, reservation: Reservation | None, fingerprint: str, job: Job) -> None:
    """Gives the key its job, in the transaction that inserts it."""
    if reservation is None:
        return
    keys = IdempotencyRepository(session)
    if not keys.complete(reservation.owner, reservation.key, reservation.token, fingerprint, job.id):
        raise IdempotencyInFlight("Another request with this Idempotency-Key has taken over.")


def fingerprint(
    wanted: JobRequest, video: Media | None, audio: Media | None, gallery: Media | None = None
) -> str:
    """SHA-256 of operation, options, media, webhook URL and metadata: the same for JSON and form."""
    told = wanted.webhook.url if wanted.webhook else None
    given = [_content(wanted.video, video), _content(wanted.audio, audio)]
    given += [_content(wanted.gallery, gallery)] if wanted.gallery else []
    meaning = [wanted.operation, wanted.options, *given, told, wanted.metadata]
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


def _content(wanted: str | UrlSource | None, media: Media | None) -> str | None:
    """What stands for the bytes: their digest, or where they are to be had."""
    if isinstance(wanted, UrlSource):
        return wanted.url
    return media.sha256 if media else None


def _checked(key: str) -> str:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InvalidRequest(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def _reserve(services: Services, owner: str, key: str) -> Reservation:
    with services.store.database.writing() as session:
        keys = IdempotencyRepository(session)
        known = keys.get(owner, key)
        if known is not None and known.job_id is not None:
            return Reservation(owner, key, known.token)
        token = keys.reserve(owner, key, services.settings.idempotency_retention, CUT_OFF_AFTER)
    if token is None:
        raise IdempotencyInFlight("The first request with this Idempotency-Key is still being read.")
    return Reservation(owner, key, token)


def _abandon(services: Services, reservation: Reservation) -> None:
    with services.store.database.writing() as session:
        IdempotencyRepository(session).abandon(reservation.owner, reservation.key, reservation.token)
