"""Renews an attempt's claim on its job from a thread; tells when another attempt has taken it."""

import threading
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


class Lease:
    """Renews a claim from a thread of its own, so that a long step does not lose it."""

    def __init__(self, database: Database, claim: Claim, settings: Settings) -> None:
        self._database = database
        self._claim = claim
        self._settings = settings
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """Raises `AttemptLost` when the job is no longer this attempt's."""
        if self._lost:
            raise AttemptLost

    def _keep(self) -> None:
        while not self._lost and not self._stop.wait(self._settings.heartbeat.total_seconds()):
            try:
                with self._database.writing() as session:
                    self._lost = not AttemptRepository(session).renew(self._claim, self._settings.lease)
            except SQLAlchemyError:
                log.warning("lease_not_renewed", exc_info=True)
