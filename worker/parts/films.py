"""The film of a job: what its picture's parts are made and joined with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liptune.core.media.probe.allowed import media_limits
from liptune.core.operations.table import load_film, parse_options
from liptune.core.options import MeasureOptions
from liptune.core.progress import Progress
from liptune.core.settings import Settings
from liptune.core.store.jobs.claims import Claim
from liptune.core.store.jobs.parts import Stretch
from liptune.core.store.store import Store
from liptune.worker.cache import BlobCache, open_cache
from liptune.worker.given import given
from liptune.worker.observation import Observation

if TYPE_CHECKING:
    from liptune.core.analysis.parts.film import Film
    from liptune.core.analysis.parts.types import Part


def is_long(claim: Claim, settings: Settings) -> bool:
    """Whether the job's picture, by what was found when it came, may have more parts than one."""
    facts = claim.video.facts if claim.video else {}
    return float(facts.get("duration_seconds", 0.0)) > settings.part_seconds


def part_of(stretch: Stretch) -> "Part":
    """The part as the analysis knows it."""
    from liptune.core.analysis.parts.types import Part  # noqa: PLC0415 - only who looks at parts needs it

    return Part(stretch.begin, stretch.end, stretch.phase_seconds)


@contextmanager
def open_film(
    claim: Claim, store: Store, settings: Settings, observation: Observation, progress: Progress
) -> Iterator["tuple[Film, BlobCache] | None"]:
    """The job's film and where its parts are kept; None where the operation does not measure a video.

    Raises:
        As `core.operations.measure.film`.
    """
    options = parse_options(claim.operation, claim.options)
    if not isinstance(options, MeasureOptions):
        yield None
        return
    cache = open_cache(store, observation)
    with given(claim, store) as (video, audio):
        film = load_film()(
            video, audio, options, cache=cache, progress=progress, limits=media_limits(settings)
        )
        yield film, cache
