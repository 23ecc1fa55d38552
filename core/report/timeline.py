"""The data that plots over time need beside the result: sound levels, the evidence, each face's moments."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.faces.types import FaceTrack
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.report.closeness import closeness_of, picture
from liptune.core.report.result import Json, moment_of, number, stretches_of
from liptune.core.sync.clip import ClipScore, FaceScore
from liptune.core.sync.verdict import EARLY_LIMIT_MS, LATE_LIMIT_MS

MOST_LEVELS = 1500


def timeline_of(clip: ClipScore, analysis: Analysis) -> Json:
    """JSON-ready. Times are seconds from the start of the picture.

    ``sound``: the loudest level of each step, 1 for full scale. ``evidence``: a picture from the first to the
    last analysis frame, and the offsets of its upper and lower edge.
    """
    found = closeness_of(clip.speaker)
    early, late = found.edges_ms
    return {
        "seconds": number(analysis.frames / ANALYSIS_FPS, 2),
        "in_sync_ms": [LATE_LIMIT_MS, EARLY_LIMIT_MS],
        "sound": _sound(analysis.loudness[: analysis.frames]),
        "evidence": {"png": picture(found), "from_ms": early, "to_ms": late},
        "faces": [_face(face) for face in clip.faces],
    }


def _sound(loudness: NDArray[np.float32]) -> Json:
    step = max(1, -(-len(loudness) // MOST_LEVELS))
    padded = np.pad(loudness, (0, -len(loudness) % step), constant_values=-np.inf)
    levels = 10 ** (padded.reshape(-1, step).max(axis=1) / 20)
    return {"step_seconds": step / ANALYSIS_FPS, "levels": [number(level, 4) for level in levels]}


def _face(face: FaceScore) -> Json:
    return {
        "track": face.track.index,
        "portrait": _portrait(face.track),
        "moments": [moment_of(moment) for moment in face.moments],
        "stretches": stretches_of(face.timeline) if face.timeline else [],
    }


def _portrait(track: FaceTrack) -> Json:
    """Where the face can be seen: the seen frame nearest to its middle, and its box there in pixels."""
    seen = np.flatnonzero(track.seen)
    at = int(seen[np.abs(seen - track.frames / 2).argmin()]) if len(seen) else 0
    box = [number(float(edge), 0) for edge in track.boxes[at]]
    return {"seconds": number((track.first + at) / ANALYSIS_FPS, 2), "left_top_right_bottom": box}
