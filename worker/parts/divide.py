"""Has the long picture of a job looked at in parts, by this worker and by whoever helps, and joins them."""

from collections.abc import Callable, Sequence
from time import monotonic, sleep
from typing import TYPE_CHECKING

import structlog

from liptune.core.settings import Settings
from liptune.core.store.database.models import JobPart
from liptune.core.store.jobs.claims import ANALYSE, Claim
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.parts import PartClaim, PartRepository, Stretch
from liptune.core.store.jobs.turns import others_wait
from liptune.core.store.store import Store
from liptune.core.store.workers import WorkerRepository
from liptune.worker.cache import BlobCache
from liptune.worker.parts.films import is_long, open_film, part_of
from liptune.worker.parts.hold import Hold
from liptune.worker.progress_and_cancel import Reporter

if TYPE_CHECKING:
    from liptune.core.analysis.parts.film import Film

POLL_SECONDS = 0.5
"""Between two looks at how far the helpers are."""

Call = Callable[[str], None]
"""Tells the workers of the queue that a part of the job of this id waits."""


def nobody(_job_id: str) -> None:
    """Calls nobody: the job's own worker looks at every part."""


log = structlog.get_logger(__name__)


def divided(claim: Claim, store: Store, settings: Settings, reporter: Reporter, call: Call) -> bool:
    """Leaves the analysis of the job's picture in storage, made in parts; False where there would be but one.

    Raises:
        OthersWait: In the middle of it.
        Canceled, AttemptLost: As `Reporter` does.
        LiptuneError: As of the operation.
    """
    if not is_long(claim, settings):
        return False
    with open_film(claim, store, settings, reporter.observation, reporter) as opened:
        if opened is None or opened[0].known:
            return False
        film, cache = opened
        division = _Division(film, cache, claim, store, settings, reporter, call)
        if not division.planned():
            return False
        division.carry_out()
    return True


class OthersWait(Exception):
    """Another owner's job has waited long enough: the film goes on when it is its turn again."""


class _Division:
    """The parts of one job. ``_told``: the most that has been told of how far they are."""

    def __init__(  # noqa: PLR0917
        self,
        film: "Film",
        cache: BlobCache,
        claim: Claim,
        store: Store,
        settings: Settings,
        reporter: Reporter,
        call: Call,
    ) -> None:
        self._film = film
        self._cache = cache
        self._claim = claim
        self._database = store.database
        self._settings = settings
        self._reporter = reporter
        self._call = call
        self._parts: Sequence[JobPart] = ()
        self._read_at = 0.0
        self._told = claim.analysed or 0.0

    def planned(self) -> bool:
        """Plans the parts, unless an attempt before has; False where there would be one alone."""
        from liptune.core.analysis.parts.film import parts_of  # noqa: PLC0415

        self._read()
        if not self._parts:
            parts = parts_of(self._film.subject.video, self._settings.part_seconds)
            if len(parts) == 1:
                return False
            self._plan([Stretch(part.begin, part.end, part.phase_seconds) for part in parts])
        log.info("picture_divided", parts=len(self._parts), waiting=self.waiting)
        return True

    @property
    def waiting(self) -> int:
        """Parts that are not done."""
        return sum(not part.done for part in self._parts)

    def carry_out(self) -> None:
        """Looks at parts until all are done, and joins them; those that do not fit are looked at again."""
        joined = False
        while not joined:
            self._look()
            joined = self._join()
        for part in self._parts:
            self._cache.remove(self._film.key(part_of(_stretch(part))))

    def _look(self) -> None:
        while self.waiting:
            self._call_helpers()
            with self._database.writing() as session:
                part = PartRepository(session).take_own(self._claim.job_id, self._settings.lease)
            if part is None:
                self._report(0.0)
                sleep(POLL_SECONDS)
            else:
                self._make(part)
                self._give_way()
            self._read()

    def _call_helpers(self) -> None:
        """Tells as many workers as are free that parts wait."""
        with self._database.reading() as session:
            free = WorkerRepository(session).free(self._claim.queue, self._settings.lease)
        for _ in range(min(free, self.waiting - 1)):
            self._call(self._claim.job_id)

    def _give_way(self) -> None:
        """Raises OthersWait where it is so. What is done of the film stays."""
        with self._database.reading() as session:
            if others_wait(session, self._claim.job_id, self._settings.patience):
                raise OthersWait

    def _make(self, part: PartClaim) -> None:
        """A part that others have shown to be needless meanwhile is left."""
        with Hold(self._database, part, self._settings) as hold:

            def told(stage: str, fraction: float, /) -> None:
                self._report(fraction)
                hold(stage, fraction)

            try:
                hold.finish(self._film.make(part_of(part.stretch), told))
            except AttemptLost:
                self._reporter.check()

    def _join(self) -> bool:
        from liptune.core.analysis.parts.film import PartMissing, without  # noqa: PLC0415
        from liptune.core.analysis.parts.join import PartsDiffer  # noqa: PLC0415

        parts = [part_of(_stretch(part)) for part in self._parts]
        try:
            self._film.join(parts, lambda _stage, _fraction: self._report(0.0))
        except PartMissing as missing:
            if self._film.known:  # another job of the same picture was faster, and has cleared up
                return True
            log.warning("part_is_gone", part=missing.number)
            with self._database.writing() as session:
                PartRepository(session).reopen(self._claim.job_id, missing.number)
            self._read()
            return False
        except PartsDiffer as differ:
            log.warning("parts_differ", part=differ.number)
            left = without(parts, differ.number)
            self._plan([Stretch(part.begin, part.end, part.phase_seconds) for part in left])
            return False
        return True

    def _plan(self, stretches: list[Stretch]) -> None:
        with self._database.writing() as session:
            PartRepository(session).plan(self._claim, stretches)
        self._read()

    def _read(self) -> None:
        with self._database.reading() as session:
            self._parts = PartRepository(session).of(self._claim.job_id)
        self._read_at = monotonic()

    def _report(self, own: float) -> None:
        """Tells how far all parts are together; ``own``: the share of the one that is looked at here.

        Raises Canceled and AttemptLost as `Reporter` does.
        """
        if monotonic() - self._read_at > 2 * POLL_SECONDS:
            self._read()
        helped = sum(1.0 if part.done else part.progress for part in self._parts if part.done or part.worker)
        self._told = max(self._told, 0.99 * (helped + own) / len(self._parts))
        self._reporter(ANALYSE, self._told)


def _stretch(part: JobPart) -> Stretch:
    return Stretch(part.begin, part.end, part.phase_seconds)
