"""Queries for idempotency keys: reserved by a request, then bound to the job or the batch that it made."""

from datetime import timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from liptune.core.store.database.models import IdempotencyKey
from liptune.core.store.ids import new_id, now


class IdempotencyRepository:
    """The SQL of idempotency keys. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, owner: str, key: str) -> IdempotencyKey | None:
        """Returns the key unless it has expired."""
        found = self.session.get(IdempotencyKey, (owner, key))
        return found if found is not None and found.expires_at > now() else None

    def reserve(self, owner: str, key: str, retention: timedelta, stale: timedelta) -> str | None:
        """Takes the key for a request that has begun; returns its token, or None if another has it.

        A reservation older than ``stale`` that is bound to nothing belongs to a request that was cut off.
        """
        self._drop_dead(owner, key, stale)
        token = new_id()
        row = {"owner": owner, "key": key, "token": token, "reserved_at": now()}
        try:
            with self.session.begin_nested():
                self.session.execute(insert(IdempotencyKey).values(**row, expires_at=now() + retention))
        except IntegrityError:
            return None
        return token

    def complete(
        self,
        owner: str,
        key: str,
        token: str,
        fingerprint: str,
        *,
        job_id: str | None = None,
        batch_id: str | None = None,
    ) -> bool:
        """Binds the key to its job or its batch; False if the reservation has been taken over."""
        mine = update(IdempotencyKey).where(
            IdempotencyKey.owner == owner, IdempotencyKey.key == key, IdempotencyKey.token == token
        )
        done = self.session.execute(mine.values(fingerprint=fingerprint, job_id=job_id, batch_id=batch_id))
        return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]

    def abandon(self, owner: str, key: str, token: str) -> None:
        """Frees the key of a request that was refused, so that it may be sent again, mended."""
        self.session.execute(
            delete(IdempotencyKey).where(
                IdempotencyKey.owner == owner,
                IdempotencyKey.key == key,
                IdempotencyKey.token == token,
                IdempotencyKey.job_id.is_(None),
                IdempotencyKey.batch_id.is_(None),
            )
        )

    def _drop_dead(self, owner: str, key: str, stale: timedelta) -> None:
        found = self.session.get(IdempotencyKey, (owner, key))
        if found is None:
            return
        cut_off = found.pending and found.reserved_at < now() - stale
        if cut_off or found.expires_at <= now():
            same = (
                IdempotencyKey.owner == owner,
                IdempotencyKey.key == key,
                IdempotencyKey.token == found.token,
            )
            self.session.execute(delete(IdempotencyKey).where(*same))
