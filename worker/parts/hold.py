"""Holds a part of a job's picture while it is looked at: renews its lease, tells how far it is."""

import threading
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.parts import PartClaim, PartRepository

log = structlog.get_logger(__name__)


class Hold:
    """The `core.progress.Progress` of a part, and a thread that keeps it with every heartbeat."""

    def __init__(self, database: Database, part: PartClaim, settings: Settings) -> None:
        self._database = database
        self._part = part
        self._settings = settings
        self._lost = False
        self.fraction = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="hold", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def __call__(self, _stage: str, fraction: float, /) -> None:
        """Raises AttemptLost when the part is another's now, or its job has ended."""
        self.fraction = fraction
        if self._lost:
            raise AttemptLost

    def _keep(self) -> None:
        while not self._lost and not self._stop.wait(self._settings.heartbeat.total_seconds()):
            try:
                with self._database.writing() as session:
                    held = PartRepository(session).renew(self._part, self.fraction, self._settings.lease)
                    self._lost = not held
            except SQLAlchemyError:
                log.warning("part_not_renewed", exc_info=True)
