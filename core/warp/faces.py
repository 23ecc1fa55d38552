"""The speaker's landmarks and head pose on every source frame, (N, 68, 2) and (N, 3)."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter1d

from liptune.core.analysis import Analysis
from liptune.core.faces.types import FaceTrack
from liptune.core.media.clock.frames import nearest_frames
from liptune.core.media.types import ANALYSIS_FPS, VideoStream
from liptune.core.sync.active import NOBODY
from liptune.core.sync.clip import ClipScore
from liptune.core.warp.coordinates import coded
from liptune.core.warp.pose import poses

REACH_FRAMES = 12
"""Analysis frames at the ends of a stretch that cannot be embedded but show the same face."""

POSE_SIGMA_FRAMES = 2.0


@dataclass(frozen=True)
class FrameFaces:
    """The speaker on each of N source frames.

    ``landmarks``: (N, 68, 2) float32 pixels as coded, NaN where no face is seen. ``track``: (N,), -1 there.
    ``pose``: (N, 3) degrees of yaw, pitch and roll.
    """

    landmarks: NDArray[np.float32]
    track: NDArray[np.int64]
    pose: NDArray[np.float64]


def faces_on(
    analysis: Analysis, scored: ClipScore, seconds: NDArray[np.float64], video: VideoStream
) -> FrameFaces:
    """The face that speaks. ``seconds``: (N,) when each source frame is shown, from 0."""
    return as_coded(shown_faces(analysis, _speaker(analysis, scored), seconds), video)


def as_coded(shown: FrameFaces, video: VideoStream) -> FrameFaces:
    """The faces of `shown_faces` with landmarks in pixels as coded."""
    return replace(shown, landmarks=coded(shown.landmarks, video))


def shown_faces(analysis: Analysis, speaker: NDArray[np.int64], seconds: NDArray[np.float64]) -> FrameFaces:
    """The face of a track on each source frame, with landmarks in pixels of the picture as it is displayed.

    ``speaker``: (T,) the track to look at on each analysis frame, -1 for none. ``seconds``: as above.
    Landmarks are those of the analysis, zero-phase smoothed there (`core.faces.smooth`: the head strongly,
    the lips lightly), read at the times of the frames that were analysed.
    """
    sampled = sampled_frames(seconds, analysis.frames)
    nearest = np.clip(np.rint(seconds * ANALYSIS_FPS), 0, analysis.frames - 1).astype(np.int64)
    track = speaker[nearest]
    landmarks = np.full((len(seconds), 68, 2), np.nan, np.float32)
    pose = np.full((len(seconds), 3), np.nan)
    for each in analysis.tracks:
        here = np.flatnonzero(track == each.track.index)
        times, points, angles = _samples(each.track, seconds[sampled])
        landmarks[here] = _at(seconds[here], times, points)
        pose[here] = _at(seconds[here], times, angles)
    return FrameFaces(landmarks, track, pose)


def sampled_frames(seconds: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """The source frame that each of ``count`` analysis frames shows: the nearest in time."""
    return nearest_frames(seconds, np.arange(count) / ANALYSIS_FPS)


def _speaker(analysis: Analysis, scored: ClipScore) -> NDArray[np.int64]:
    """The track that speaks at each analysis frame, -1 where its face is not seen."""
    numbers = np.array([face.track.index for face in scored.faces] + [NOBODY])
    speaker = numbers[scored.speaker.speaker]
    away, nearest = distance_transform_edt(speaker == NOBODY, return_indices=True)
    filled = np.where(away <= REACH_FRAMES, speaker[nearest[0]], NOBODY)
    for each in analysis.tracks:
        seen = np.zeros(analysis.frames, np.bool_)
        seen[each.track.first : each.track.first + each.track.frames] = each.track.seen
        filled[(filled == each.track.index) & ~seen] = NOBODY
    return np.asarray(filled, np.int64)


def _samples(
    track: FaceTrack, shown_seconds: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float64]]:
    """Times, landmarks and poses of a track, one for each source frame that was analysed."""
    times = shown_seconds[track.first : track.first + track.frames]
    unique, first = np.unique(times, return_index=True)
    points = track.landmarks[first]
    return unique, points, gaussian_filter1d(poses(points), POSE_SIGMA_FRAMES, axis=0, mode="nearest")


def _at(
    seconds: NDArray[np.float64], times: NDArray[np.float64], rows: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Rows between their times, straight; before the first and after the last, those."""
    after = np.clip(np.searchsorted(times, seconds), 1, max(len(times) - 1, 1))
    before, after = after - 1, np.minimum(after, len(times) - 1)
    span = np.maximum(times[after] - times[before], 1e-9)
    share = np.clip((seconds - times[before]) / span, 0, 1)
    share = share.reshape(-1, *(1,) * (rows.ndim - 1)).astype(rows.dtype)
    return rows[before] * (1 - share) + rows[after] * share
