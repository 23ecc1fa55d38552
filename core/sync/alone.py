"""One face's own score: against the sound around the time in which it is on screen.

A film has a thousand faces. Of each no more is read than half a minute around it, or the work and the memory
would grow with the square of the film's length.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.active import NOBODY
from liptune.core.sync.band import Floats
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.moments import moments
from liptune.core.sync.reading import Face
from liptune.core.sync.score import Scored, score_faces
from liptune.core.sync.timeline.types import Timeline
from liptune.core.sync.types import Moment, SyncScore

FEWEST_FRAMES = 25
AROUND_SECONDS = 20.0
"""Of sound before and after, beyond the offsets that are looked for: what chance is drawn from."""


@dataclass(frozen=True)
class Alone:
    """``moments`` and ``timeline``: on the clip's clock. ``centres``: as those of `Face`."""

    score: SyncScore
    moments: tuple[Moment, ...]
    timeline: Timeline
    centres: NDArray[np.int64]

    @classmethod
    def of(cls, scored: Scored, face: Face, track: int, first: int) -> Self:
        """``face``: on the frames that were scored, of which the first is the clip's frame ``first``."""
        numbers = np.where(scored.speaker == NOBODY, NOBODY, track)
        found = moments(scored.evidence, numbers, scored.chance, scored.centres)
        late = first / ANALYSIS_FPS
        return cls(
            scored.score,
            tuple(replace(each, seconds=each.seconds + late) for each in found),
            scored.timeline.later(late),
            scored.centres[face.span],
        )


def alone(
    face: Face, track: int, audio: Floats, calibration: Calibration, max_offset_seconds: float
) -> Alone | None:
    """Of a face in a clip with this ``audio``, (Ta, D).

    None where it is on screen for under a second, or has no sound.
    """
    if len(face.embeddings) < FEWEST_FRAMES:
        return None
    around = round((max_offset_seconds + AROUND_SECONDS) * ANALYSIS_FPS)
    first = max(face.span.start - around, 0)
    here = replace(face, first=face.first - first)
    scored = score_faces(
        [here],
        audio[first : face.span.stop + around],
        here.span.stop,
        calibration,
        span=(here.span.start, here.span.stop),
        max_offset_seconds=max_offset_seconds,
    )
    return None if scored is None else Alone.of(scored, here, track, first)
