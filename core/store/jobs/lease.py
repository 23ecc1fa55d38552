"""Renews what an attempt holds from a thread; tells when another has taken it."""

import threading
from abc import ABC, abstractmethod
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from liptune.core.settings import Settings
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.claims import AttemptRepository, Claim

log = structlog.get_logger(__name__)


class AttemptLost(Exception):
    """Another attempt has taken the job over; this one must stop and write nothing."""


class Renewing(ABC):
    """Renews what is held from a thread of its own, so that a long step does not lose it.

    ``name``: of what is held. ``every``: how often it is renewed.
    """

    def __init__(self, name: str, every: timedelta) -> None:
        self._name = name
        self._every = every
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """Raises `AttemptLost` when it is no longer this attempt's."""
        if self._lost:
            raise AttemptLost

    def _keep(self) -> None:
        while not self._lost and not self._stop.wait(self._every.total_seconds()):
            try:
                self._lost = not self._renew()
            except SQLAlchemyError:
                log.warning(f"{self._name}_not_renewed", exc_info=True)

    @abstractmethod
    def _renew(self) -> bool:
        """Whether it is still held."""


class Lease(Renewing):
    """Keeps a claim."""

    def __init__(self, database: Database, claim: Claim, settings: Settings) -> None:
        super().__init__("lease", settings.heartbeat)
        self._database = database
        self._claim = claim
        self._lease = settings.lease

    def _renew(self) -> bool:
        with self._database.writing() as session:
            return AttemptRepository(session).renew(self._claim, self._lease)
