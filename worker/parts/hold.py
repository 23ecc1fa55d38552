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
    """The `core.progress.Progress` of a part, and a thread that keeps it with every heartbeat.

    ``part``: the one that is held, None once it is done; another may take its place.
    """

    def __init__(self, database: Database, part: PartClaim, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._fraction = 0.0
        self._lost = False
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="hold", daemon=True)
        self.part: PartClaim | None = part

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
        self._fraction = fraction
        if self._lost:
            raise AttemptLost

    def take(self, part: PartClaim) -> None:
        """Holds another part from now on."""
        self.part, self._fraction = part, 0.0

    def finish(self, tail: int | None) -> None:
        """Notes that the part is done; ``tail`` as of `PartRepository.finish`.

        Raises AttemptLost where it is another's by then.
        """
        with self._lock:
            part, self.part = self.part, None
            with self._database.writing() as session:
                if part is None or not PartRepository(session).finish(part, tail):
                    raise AttemptLost

    def give_back(self) -> None:
        """Leaves the part to others."""
        with self._lock:
            part, self.part = self.part, None
            if part is not None:
                with self._database.writing() as session:
                    PartRepository(session).give_back(part)

    def _keep(self) -> None:
        while not self._lost and not self._stop.wait(self._settings.heartbeat.total_seconds()):
            try:
                with self._lock:
                    self._lost = not self._renew()
            except SQLAlchemyError:
                log.warning("part_not_renewed", exc_info=True)

    def _renew(self) -> bool:
        if self.part is None:
            return True
        with self._database.writing() as session:
            return PartRepository(session).renew(self.part, self._fraction, self._settings.lease)
