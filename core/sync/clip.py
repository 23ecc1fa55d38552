"""Scores an analysed clip: the active speaker's score, each face's own, and the offset through time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from liptune.core.analysis import Analysis, TrackAnalysis
from liptune.core.errors import InvalidOption, NoFace
from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.options import MeasureOptions
from liptune.core.sync.active import NOBODY
from liptune.core.sync.alone import Alone, alone
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.moments import moments
from liptune.core.sync.score import Face, Scored, score_faces
from liptune.core.sync.timeline.types import Timeline
from liptune.core.sync.types import Moment, SyncScore


@dataclass(frozen=True)
class FaceScore:
    """One face, its moments, and its score and timeline, None where it is on screen for under a second."""

    track: FaceTrack
    score: SyncScore | None
    moments: tuple[Moment, ...]
    timeline: Timeline | None


@dataclass(frozen=True)
class ClipScore:
    """``speaker``'s score, the faces it was chosen from, and the offset through time."""

    speaker: Scored
    faces: tuple[FaceScore, ...]
    moments: tuple[Moment, ...]

    @property
    def timeline(self) -> Timeline:
        """The stretches of the clip."""
        return self.speaker.timeline


def score_clip(analysis: Analysis, options: MeasureOptions, calibration: Calibration) -> ClipScore:
    """Scores the stretch and the face that ``options`` name.

    Raises:
        NoFace: No moment has both a face and sound.
        InvalidOption: There is no such face, or ``start`` is past the end.
    """
    begin, end = _stretch(options, analysis.frames)
    tracks = _chosen(analysis.tracks, options.face)
    faces = [_cut(each, begin, end) for each in tracks]
    audio, frames, far = analysis.audio, analysis.frames, options.max_offset_seconds
    several = len(faces) > 1
    own = [
        alone(face, each.track.index, audio, calibration, far) if several else None
        for each, face in zip(tracks, faces, strict=True)
    ]
    speaker = score_faces(
        _followed(faces, own),
        audio,
        frames,
        calibration,
        span=(begin, end),
        cuts=analysis.cuts,
        max_offset_seconds=far,
    )
    if speaker is None:
        raise _nothing_to_score(analysis)
    through_time = _through_time(speaker, tracks)
    if not several:
        only = FaceScore(tracks[0].track, speaker.score, through_time, speaker.timeline)
        return ClipScore(speaker, (only,), through_time)
    scores = [_face_score(each.track, found) for each, found in zip(tracks, own, strict=True)]
    return ClipScore(speaker, tuple(scores), through_time)


def _through_time(speaker: Scored, tracks: Sequence[TrackAnalysis]) -> tuple[Moment, ...]:
    numbers = np.array([each.track.index for each in tracks] + [NOBODY])
    return moments(speaker.evidence, numbers[speaker.speaker], speaker.chance, speaker.centres)


def _followed(faces: Sequence[Face], found: Sequence[Alone | None]) -> list[Face]:
    """The faces, each with its sound looked for where it was found: who speaks is told by that."""
    return [
        replace(face, centres=own.centres if own else None) for face, own in zip(faces, found, strict=True)
    ]


def _face_score(track: FaceTrack, found: Alone | None) -> FaceScore:
    if found is None:
        return FaceScore(track, None, (), None)
    return FaceScore(track, found.score, found.moments, found.timeline)


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


def _nothing_to_score(analysis: Analysis) -> NoFace:
    sightings = analysis.sightings
    embedded = int(sum(np.isfinite(each.embeddings).all(axis=1).sum() for each in analysis.tracks))
    heard = int(np.isfinite(analysis.audio).all(axis=1).sum())
    hint, remedy = _hint(sightings)
    return NoFace(
        f"Nothing can be scored: of {analysis.frames} frames (25 a second), {sightings.frames_with_face} "
        f"show a face that can be followed, {embedded} show lips that can be read, and {heard} have sound. "
        f"{hint}",
        remedy=remedy,
        details={
            "frames": analysis.frames,
            "frames_with_face": sightings.frames_with_face,
            "largest_face_pixels": round(sightings.largest_face),
            "frames_embedded": embedded,
            "frames_with_sound": heard,
            "tracks": len(analysis.tracks),
            "region": sightings.region,
            "turned_degrees": sightings.turned,
        },
    )


TURNING = {90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}


def _hint(sightings: Sightings) -> tuple[str, str]:
    """What may be the matter, and what to do about it."""
    size = f"{sightings.largest_face:.0f} pixels a side"
    if sightings.turned is not None:
        return (
            f"The picture may lie on its side: turned clockwise by {sightings.turned} degrees it has faces.",
            f"Turn it, and measure again: ffmpeg -i in.mp4 -vf {TURNING[sightings.turned]} -c:a copy out.mp4",
        )
    if sightings.region and sightings.too_small:
        return (
            f"Faces are seen, the largest of {size}; in a picture of this size they can be followed from "
            f"{sightings.readable_face:.0f} pixels.",
            f"Look at one face with the option region, such as {sightings.region} (x,y,width,height).",
        )
    if sightings.region:
        return (
            f"Faces of up to {size} are seen now and then.",
            f"Look at one face with the option region, such as {sightings.region} (x,y,width,height).",
        )
    seen = f"The largest face has {size}." if sightings.largest_face else "No face was seen."
    return seen, "Choose a stretch in which a face is seen from the front for a second and more, and heard."
