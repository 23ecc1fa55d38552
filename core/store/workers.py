"""Queries for workers' heartbeats: which queues have a worker that receives messages, and who is free."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from liptune.core.settings import QUEUES
from liptune.core.store.database.models import Job, JobPart, JobStatus, Worker
from liptune.core.store.ids import now

FORGET_AFTER = timedelta(days=1)


class WorkerRepository:
    """The SQL of worker heartbeats. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def beat(self, worker: str, queues: Iterable[str] = QUEUES, processes: int = 1) -> None:
        """Notes that the worker has just received a message, and what it takes."""
        taken = ",".join(queues)
        self.session.merge(Worker(id=worker, seen_at=now(), queues=taken, processes=processes))
        self.session.execute(delete(Worker).where(Worker.seen_at < now() - FORGET_AFTER))

    def leave(self, worker: str) -> None:
        """Forgets a worker that shuts down."""
        self.session.execute(delete(Worker).where(Worker.id == worker))

    def unattended(self, silence: timedelta) -> list[str]:
        """The queues that no worker heard of within ``silence`` takes from."""
        alive = self.session.scalars(select(Worker).where(Worker.seen_at > now() - silence)).all()
        return [queue for queue in QUEUES if not any(worker.takes(queue) for worker in alive)]

    def free(self, queue: str, silence: timedelta) -> int:
        """How many processes of the queue's workers that were heard of within ``silence`` have no work."""
        busy = self._busy()
        alive = self.session.scalars(select(Worker).where(Worker.seen_at > now() - silence)).all()
        return sum(max(0, worker.processes - busy[worker.id]) for worker in alive if worker.takes(queue))

    def _busy(self) -> Counter[str | None]:
        """By worker, the jobs that it runs and the parts of others' that it looks at."""
        running = select(Job.worker, func.count()).where(Job.stands(JobStatus.RUNNING)).group_by(Job.worker)
        busy: Counter[str | None] = Counter(dict(self.session.execute(running).all()))
        helping = select(JobPart.worker).where(~JobPart.done, JobPart.lease_expires_at > now())
        busy.update(self.session.scalars(helping))
        return busy
