"""Scores an analysed clip: the active speaker's score, each face's own, and the offset through time."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from liptune.core.analysis import Analysis, TrackAnalysis
from liptune.core.errors import InvalidOption, NoFace
from liptune.core.faces.types import FaceTrack
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.options import MeasureOptions
from liptune.core.sync.active import NOBODY
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.moments import moments
from liptune.core.sync.score import Face, Scored, score_faces
from liptune.core.sync.types import Moment, SyncScore

FEWEST_FACE_FRAMES = 25


@dataclass(frozen=True)
class FaceScore:
    """One face, its own score, None where it is on screen for less than a second, and its moments."""

    track: FaceTrack
    score: SyncScore | None
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class ClipScore:
    """``speaker``'s score, the faces it was chosen from, and the offset through time."""

    speaker: Scored
    faces: tuple[FaceScore, ...]
    moments: tuple[Moment, ...]


def score_clip(analysis: Analysis, options: MeasureOptions, calibration: Calibration) -> ClipScore:
    """Scores the stretch and the face that ``options`` name.

    Raises:
        NoFace: No moment has both a face and sound.
        InvalidOption: There is no such face, or ``start`` is past the end.
    """
    begin, end = _stretch(options, analysis.frames)
    tracks = _chosen(analysis.tracks, options.face)
    faces = [_cut(each, begin, end) for each in tracks]
    speaker = score_faces(faces, analysis.audio, analysis.frames, calibration)
    if speaker is None:
        raise _nothing_to_score(analysis)
    numbers = np.array([each.track.index for each in tracks] + [NOBODY])
    through_time = moments(speaker.evidence, numbers[speaker.speaker], speaker.chance)
    if len(faces) == 1:
        return ClipScore(speaker, (FaceScore(tracks[0].track, speaker.score, through_time),), through_time)
    each_alone = tuple(
        _alone(each.track, face, analysis, calibration) for each, face in zip(tracks, faces, strict=True)
    )
    return ClipScore(speaker, each_alone, through_time)


def _stretch(options: MeasureOptions, frames: int) -> tuple[int, int]:
    begin = round((options.start or 0.0) * ANALYSIS_FPS)
    end = frames if options.end is None else min(frames, round(options.end * ANALYSIS_FPS))
    if begin >= frames:
        raise InvalidOption(
            f"The option 'start' is wrong: {options.start} s is past the end ({frames / ANALYSIS_FPS:.2f} s)."
        )
    return begin, max(end, begin + 1)


def _chosen(tracks: tuple[TrackAnalysis, ...], face: Literal["active"] | int) -> tuple[TrackAnalysis, ...]:
    if face == "active":
        return tracks
    chosen = tuple(each for each in tracks if each.track.index == face)
    if not chosen and tracks:
        known = ", ".join(str(each.track.index) for each in tracks)
        raise InvalidOption(f"The option 'face' is wrong: there is no face {face}; the clip has {known}.")
    return chosen


def _cut(analysed: TrackAnalysis, begin: int, end: int) -> Face:
    first = analysed.track.first
    low = min(max(begin - first, 0), len(analysed.embeddings))
    high = min(max(end - first, low), len(analysed.embeddings))
    return Face(first + low, analysed.embeddings[low:high])


def _alone(track: FaceTrack, face: Face, analysis: Analysis, calibration: Calibration) -> FaceScore:
    scored = None
    if len(face.embeddings) >= FEWEST_FACE_FRAMES:
        scored = score_faces([face], analysis.audio, analysis.frames, calibration)
    if scored is None:
        return FaceScore(track, None, ())
    numbers = np.where(scored.speaker == NOBODY, NOBODY, track.index)
    return FaceScore(track, scored.score, moments(scored.evidence, numbers, scored.chance))


def _nothing_to_score(analysis: Analysis) -> NoFace:
    sightings = analysis.sightings
    embedded = int(sum(np.isfinite(each.embeddings).all(axis=1).sum() for each in analysis.tracks))
    heard = int(np.isfinite(analysis.audio).all(axis=1).sum())
    return NoFace(
        f"Nothing can be scored: of {analysis.frames} frames (25 a second), {sightings.frames_with_face} "
        f"show a face, the largest {sightings.largest_face:.0f} pixels a side; {embedded} show lips that can "
        f"be read, and {heard} have sound.",
        remedy="Choose a stretch in which a face is seen from the front for a second and more, and heard.",
        details={
            "frames": analysis.frames,
            "frames_with_face": sightings.frames_with_face,
            "largest_face_pixels": round(sightings.largest_face),
            "frames_embedded": embedded,
            "frames_with_sound": heard,
            "tracks": len(analysis.tracks),
        },
    )
