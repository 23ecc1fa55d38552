"""Makes a part that is held, and notes it down."""

from typing import TYPE_CHECKING

from liptune.core.progress import Progress
from liptune.core.store.database.connection import Database
from liptune.core.store.jobs.lease import AttemptLost
from liptune.core.store.jobs.parts import PartClaim, PartRepository, Stretch

if TYPE_CHECKING:
    from liptune.core.analysis.parts.film import Film
    from liptune.core.analysis.parts.types import Part


def make(film: "Film", part: PartClaim, database: Database, progress: Progress) -> None:
    """Looks at the part and keeps what is seen. Raises AttemptLost where it is another's by then."""
    tail = film.make(part_of(part.stretch), progress)
    with database.writing() as session:
        if not PartRepository(session).finish(part, tail):
            raise AttemptLost


def part_of(stretch: Stretch) -> "Part":
    """The part as the analysis knows it."""
    from liptune.core.analysis.parts.types import Part  # noqa: PLC0415 - only who looks at parts needs it

    return Part(stretch.begin, stretch.end, stretch.phase_seconds)
