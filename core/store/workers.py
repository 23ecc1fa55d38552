"""Proof that workers consume."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.store.ids import now
from core.store.models import Worker

FORGET_AFTER = timedelta(days=1)


class WorkerRepository:
    """The SQL of worker heartbeats. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def beat(self, worker: str) -> None:
        """Notes that the worker has just received a message from the queue."""
        self.session.merge(Worker(id=worker, seen_at=now()))
        self.session.execute(delete(Worker).where(Worker.seen_at < now() - FORGET_AFTER))

    def leave(self, worker: str) -> None:
        """Forgets a worker that shuts down."""
        self.session.execute(delete(Worker).where(Worker.id == worker))

    def any_since(self, silence: timedelta) -> bool:
        """Tells whether a worker has been heard of within ``silence``."""
        return (
            self.session.scalar(select(Worker.id).where(Worker.seen_at > now() - silence).limit(1))
            is not None
        )
