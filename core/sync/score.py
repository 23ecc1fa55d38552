"""Scores faces against a sound: from embeddings to a `SyncScore` and a timeline, with what they came from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.accuracy import sync_acc
from liptune.core.sync.active import Speaker
from liptune.core.sync.band import Floats
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.evidence import usual_distance
from liptune.core.sync.null import ChanceModel, chance_model
from liptune.core.sync.profile import Profile, profile
from liptune.core.sync.reading import Face, Reading, read
from liptune.core.sync.timeline.centres import centres_of
from liptune.core.sync.timeline.costs import NEAR_FRAMES
from liptune.core.sync.timeline.courses import Course, Found, courses_of
from liptune.core.sync.timeline.judge import Judge, Judged
from liptune.core.sync.timeline.lags import NO_CUTS, Pair
from liptune.core.sync.timeline.segments import LEAST_PAIRS
from liptune.core.sync.timeline.types import Timeline
from liptune.core.sync.turning import turning
from liptune.core.sync.types import BAND_RADIUS, DistanceBand, SyncScore
from liptune.core.sync.verdict import FRAME_MS

__all__ = ["Face", "Scored", "score_faces"]

MAX_OFFSET_SECONDS = 5.0


@dataclass(frozen=True)
class Scored:
    """A score with all it was read from.

    ``evidence``: (frames, shifts) what the band says, see `core.sync.evidence`; ``profile`` is its mean over
    the time that the score is of, around an offset of ``middle_frames``. ``speaker``: (frames,) which face
    each row is of. ``threshold``: the confidence that counts as evidence.
    """

    score: SyncScore
    band: DistanceBand
    evidence: NDArray[np.float32]
    speaker: Speaker
    profile: Profile
    middle_frames: float
    chance: ChanceModel
    threshold: float
    timeline: Timeline

    @property
    def centres(self) -> NDArray[np.int64]:
        """The lag that the middle of the band stands for at each frame, (frames,)."""
        centres = self.band.centres
        return np.zeros(len(self.evidence), np.int64) if centres is None else centres


def score_faces(
    faces: Sequence[Face],
    audio: Floats,
    frames: int,
    calibration: Calibration,
    *,
    span: tuple[int, int] | None = None,
    cuts: NDArray[np.int64] = NO_CUTS,
    max_offset_seconds: float = MAX_OFFSET_SECONDS,
) -> Scored | None:
    """Scores the face that speaks at each moment against ``audio``, (Ta, D).

    ``frames``: length of the clip's timeline. ``span``: the frames asked for, None: all. ``cuts``: (n,) those
    that are known to begin a shot. Offsets are looked for up to ``max_offset_seconds``, as far as the clip
    bears it. None where no moment has both a face and sound.
    """
    plain = read(faces, audio, frames)
    if plain is None:
        return None
    begin, end = span or (0, frames)
    pair = Pair(plain.rows, begin, end - begin, audio, usual_distance(plain.band.values), cuts)
    reach = min(round(max_offset_seconds * ANALYSIS_FPS), max(end - begin, len(audio)) - LEAST_PAIRS)
    found = courses_of(pair, max(reach, BAND_RADIUS), calibration.costs)
    near, *others = _explanations(found, begin, end)
    for courses in others:
        scored = _scored(plain, replace(found, courses=courses), calibration)
        if scored.timeline.evident:
            return scored
    return _scored(plain, replace(found, courses=near), calibration)


def _explanations(found: Found, begin: int, end: int) -> Iterator[tuple[Course, ...]]:
    """What there may be: one near offset, the stretches that were found, one far offset."""
    yield (Course(begin, end),)
    if len(found.courses) > 1 or found.courses[0].slope or centres_of(found.courses, end).any():
        yield found.courses
    if abs(found.best) > NEAR_FRAMES and found.courses[0].lag is None:
        yield (Course(begin, end, float(found.best)),)


def _scored(plain: Reading, found: Found, calibration: Calibration) -> Scored:
    """``plain``: the reading that the courses were found on."""
    centres = centres_of(found.courses, plain.frames)
    reading = plain.centred_on(centres)
    evidence = reading.evidence()
    whole = profile(evidence)
    chance = chance_model(turning(reading.faces, reading.audio), len(plain.audio), whole, plain.frames)
    chance = chance.shrunk(calibration.prior, whole.pairs)
    judged = Judge(evidence, centres, chance, calibration.false_alarms, found).judged()
    timeline = Timeline(tuple(each.stretch for each in judged), found.searched_ms)
    main = max(judged, key=lambda each: (each.stretch is timeline.main, each.stretch.seconds))
    return Scored(
        _score(main, timeline, plain.centred_on(np.zeros_like(centres)), chance, calibration),
        reading.band,
        evidence,
        plain.speaker,
        main.profile,
        main.middle_frames,
        chance,
        main.stretch.needed,
        timeline,
    )


def _score(
    main: Judged, timeline: Timeline, plain: Reading, chance: ChanceModel, calibration: Calibration
) -> SyncScore:
    """``main``: what the offset is of. ``plain``: around no lag, where distances and papers' figures are."""
    distances = profile(plain.band.values)
    offset = main.middle_frames + main.profile.offset_frames
    windows = int(np.isfinite(plain.band.values).any(axis=1).sum())
    accuracy = sync_acc(plain.band.values[:, BAND_RADIUS], plain.mismatched(), calibration.sync_acc_distance)
    return SyncScore(
        offset_frames=offset,
        offset_ms=offset * FRAME_MS,
        distance_at_zero=distances.at_zero,
        lse_d=distances.lse_d,
        lse_c=distances.lse_c,
        sync_acc=accuracy,
        confidence=main.stretch.confidence,
        ci95=(
            (main.middle_frames + main.interval[0]) * FRAME_MS,
            (main.middle_frames + main.interval[1]) * FRAME_MS,
        ),
        null=chance.null,
        verdict=timeline.verdict,
        windows=windows,
        seconds_scored=windows / ANALYSIS_FPS,
        worst=timeline.worst,
        share_out_of_sync=timeline.share_out_of_sync,
    )
