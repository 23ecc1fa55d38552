"""Scores faces against a sound: from embeddings to a `SyncScore`, with everything it was computed from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.accuracy import sync_acc
from liptune.core.sync.active import Speaker, compose
from liptune.core.sync.band import Floats, distance_band
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.evidence import evidence as evidence_of
from liptune.core.sync.interval import offset_interval
from liptune.core.sync.null import ChanceModel, chance_model
from liptune.core.sync.profile import Profile, profile
from liptune.core.sync.types import BAND_RADIUS, DistanceBand, SyncScore
from liptune.core.sync.verdict import FRAME_MS, verdict


@dataclass(frozen=True)
class Face:
    """Embeddings of one face from clip frame ``first`` on, (n, D), NaN where there are none."""

    first: int
    embeddings: Floats


@dataclass(frozen=True)
class Scored:
    """A score with all it was read from.

    ``evidence``: (frames, shifts) what the band says, see `core.sync.evidence`; ``profile`` is its mean over
    time. ``speaker``: (frames,) which face each row is of.
    """

    score: SyncScore
    band: DistanceBand
    evidence: NDArray[np.float32]
    speaker: Speaker
    profile: Profile
    chance: ChanceModel
    threshold: float


def score_faces(faces: Sequence[Face], audio: Floats, frames: int, calibration: Calibration) -> Scored | None:
    """Scores the face that speaks at each moment against ``audio``, (Ta, D).

    ``frames``: length of the clip's timeline. None where no moment has both a face and sound.
    """
    bands = [distance_band(face.embeddings, audio, first=face.first) for face in faces]
    band, speaker = compose(bands, frames) if bands else (None, None)
    paired = [np.isfinite(each.values) for each in bands]
    del bands  # the memory of the largest arrays here, in long clips, is wanted below
    if band is None or speaker is None or not np.isfinite(band.values).any():
        return None

    def values_turned(turn: int) -> NDArray[np.float32]:
        others = (_rescored(face, own, audio, turn) for face, own in zip(faces, paired, strict=True))
        return evidence_of(compose(list(others), frames)[0].values)

    evidence = evidence_of(band.values)
    measured = profile(evidence)
    chance = chance_model(values_turned, len(audio), measured, frames).shrunk(
        calibration.prior, measured.pairs
    )
    threshold = chance.threshold(calibration.false_alarms)
    accuracy = sync_acc(
        band.values[:, BAND_RADIUS], _mismatched(faces, speaker, audio), calibration.sync_acc_distance
    )
    score = _score(
        measured,
        profile(band.values),
        offset_interval(evidence),
        chance=chance,
        threshold=threshold,
        accuracy=accuracy,
        windows=int(np.isfinite(band.values).any(axis=1).sum()),
    )
    return Scored(score, band, evidence, speaker, measured, chance, threshold)


def _rescored(face: Face, paired: NDArray[np.bool_], audio: Floats, turn: int) -> DistanceBand:
    """The same face against the sound moved round, with pairs only where the true sound has them."""
    other = distance_band(face.embeddings, audio, first=face.first, turn=turn)
    other.values[~paired] = np.nan
    return other


def _score(
    measured: Profile,
    distances: Profile,
    interval: tuple[float, float],
    *,
    chance: ChanceModel,
    threshold: float,
    accuracy: float,
    windows: int,
) -> SyncScore:
    offset_ms = measured.offset_frames * FRAME_MS
    confidence = chance.confidence(measured)
    return SyncScore(
        offset_frames=measured.offset_frames,
        offset_ms=offset_ms,
        distance_at_zero=distances.at_zero,
        lse_d=distances.lse_d,
        lse_c=distances.lse_c,
        sync_acc=accuracy,
        confidence=confidence,
        ci95=(interval[0] * FRAME_MS, interval[1] * FRAME_MS),
        null=chance.null,
        verdict=verdict(offset_ms, evidence=confidence > threshold),
        windows=windows,
        seconds_scored=windows / ANALYSIS_FPS,
    )


def _mismatched(faces: Sequence[Face], speaker: Speaker, audio: Floats) -> NDArray[np.float32]:
    """Distance of each frame's speaker to the sound half a clip away, (frames,)."""
    half = len(audio) // 2
    found = np.full(len(speaker), np.nan, np.float32)
    for index, face in enumerate(faces):
        span = slice(face.first, face.first + len(face.embeddings))
        distances = distance_band(face.embeddings, audio, first=face.first, radius=0, turn=half)
        found[span] = np.where(speaker[span] == index, distances.values[:, 0], found[span])
    return found
