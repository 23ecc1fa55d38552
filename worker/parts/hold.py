"""Holds a part of a job's picture while it is looked at: renews its lease, tells how far it is."""

import threading

from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.lease import AttemptLost, Renewing
from liptune.core.store.jobs.parts import PartClaim, PartRepository


class Hold(Renewing):
    """The `core.progress.Progress` of a part, which is kept with every heartbeat.

    ``part``: the one that is held, None once it is done; another may take its place.
    """

    def __init__(self, database: Database, part: PartClaim, settings: Settings) -> None:
        super().__init__("part", settings.heartbeat)
        self._database = database
        self._lease = settings.lease
        self._fraction = 0.0
        self._lock = threading.Lock()
        self.part: PartClaim | None = part

    def __call__(self, _stage: str, fraction: float, /) -> None:
        """Raises AttemptLost when the part is another's now, or its job has ended."""
        self._fraction = fraction
        self.check()

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

    def _renew(self) -> bool:
        with self._lock:
            if self.part is None:
                return True
            with self._database.writing() as session:
                return PartRepository(session).renew(self.part, self._fraction, self._lease)
