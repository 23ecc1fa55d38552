"""Another video of the same person, from which mouths are taken."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.articulation.speaker import reach
from liptune.core.articulation.types import Speaker
from liptune.core.dub.likeness import UNLIKE, Proportions
from liptune.core.dub.material import speaker_facing
from liptune.core.dub.mouths import FROM_GALLERY, PROFILE_DEGREES, Mouths
from liptune.core.dub.whose import faces_seen
from liptune.core.errors import TooLittleMaterial
from liptune.core.media.clock.frames import FrameTimes
from liptune.core.media.inventory.losses import WHOLE_FILE, Loss, Lost
from liptune.core.media.types import ANALYSIS_FPS, MediaInfo
from liptune.core.warp.faces import FrameFaces, shown_faces
from liptune.core.warp.pose import poses

FEWEST_SECONDS = 1.0
MOST_SECONDS = 120.0
"""Of the face: as many mouths again as there are around a frame of the video itself."""


@dataclass(frozen=True)
class Gallery:
    """``times``: of the G frames that are used. ``faces``: the person on each, displayed. ``landmarks``:
    (n, 68, 2) of the same, 25 a second. ``apart``: how far the proportions are from those of the video's
    face, NaN where one is never turned to the camera.
    """

    picture: MediaInfo
    times: FrameTimes
    faces: FrameFaces
    landmarks: NDArray[np.float32]
    apart: float

    @property
    def seconds_usable(self) -> float:
        """Of the face, turned to the camera."""
        return _usable(self.landmarks) / ANALYSIS_FPS

    def lost(self) -> frozenset[Loss]:
        """That its mouths may be somebody else's."""
        unlike = self.apart > UNLIKE
        return frozenset({Loss(WHOLE_FILE, Lost.LIKENESS, f"{100 * self.apart:.1f}")} if unlike else ())


def gallery_of(
    picture: MediaInfo, times: FrameTimes, analysis: Analysis, own: NDArray[np.float32]
) -> Gallery:
    """The mouths of ``picture``; of several people, of those who are as the face ``own``, (n, 68, 2), else of
    whoever is most like it.

    Raises `TooLittleMaterial` where the face is turned to the camera for less than a second.
    """
    whose, away = _most_alike(analysis, own)
    landmarks = faces_seen(analysis, whose)
    if _usable(landmarks) < FEWEST_SECONDS * ANALYSIS_FPS:
        raise TooLittleMaterial(
            f"The gallery {picture.path.name} shows a face that is turned to the camera for "
            f"{_usable(landmarks) / ANALYSIS_FPS:.1f} s; it needs {FEWEST_SECONDS:.0f} s of one.",
            remedy="Give a video in which the person looks towards the camera, or none.",
            details={"gallery_seconds_usable": round(_usable(landmarks) / ANALYSIS_FPS, 2)},
        )
    used = times.seconds < _enough(whose)
    kept = FrameTimes(times.ticks[used], times.time_base)
    return Gallery(picture, kept, shown_faces(analysis, whose, kept.seconds), landmarks, away)


def _usable(landmarks: NDArray[np.float32]) -> int:
    return int((np.abs(poses(landmarks)[:, 0]) <= PROFILE_DEGREES).sum())


def _most_alike(analysis: Analysis, own: NDArray[np.float32]) -> tuple[NDArray[np.int64], float]:
    """(T,) the track that is looked at on each analysis frame, -1 for none; and how unlike it is."""
    known, tracks = Proportions.of(own), [each.track for each in analysis.tracks]
    away = [known.apart(Proportions.of(each.landmarks[each.seen])) for each in tracks]
    away = [distance if np.isfinite(distance) else np.inf for distance in away]
    like = [at for at, distance in enumerate(away) if distance <= UNLIKE] or range(len(away))
    whose = np.full(analysis.frames, -1, np.int64)
    for at in sorted(like, key=lambda at: -away[at]):
        track = tracks[at]
        whose[track.first : track.first + track.frames][track.seen] = track.index
    least = min((away[at] for at in like), default=np.inf)
    return whose, float(least) if np.isfinite(least) else np.nan


def _enough(whose: NDArray[np.int64]) -> float:
    """The second until which there are as many mouths as are looked at."""
    seen = np.cumsum(whose >= 0)
    return float(np.searchsorted(seen, MOST_SECONDS * ANALYSIS_FPS) + 1) / ANALYSIS_FPS


def livelier(own: Speaker, lent: Speaker) -> Speaker:
    """How the face of the video speaks: as in the gallery, where it moves its lips further there."""
    if reach(lent) <= reach(own):
        return own
    return Speaker(own.closed + lent.mean - lent.closed, lent.spread, own.closed)


def with_gallery(own: Mouths, lent: Mouths, speaker: Speaker, gallery: Gallery) -> Mouths:
    """The video's N mouths and, after them, the gallery's G, by the measure of the video.

    The closed mouth of one is laid onto that of the other, and light and sharpness, which differ between
    cameras, count beside what is usual in each.
    """
    shift = speaker.closed - speaker_facing(gallery.landmarks).closed
    usable = lent.track >= 0
    return replace(
        own,
        shapes=np.concatenate([own.shapes, lent.shapes + shift]),
        pose=np.concatenate([own.pose, lent.pose]),
        track=np.concatenate([own.track, np.where(usable, FROM_GALLERY, -1)]),
        sharpness=_beside(own.sharpness, own.track >= 0, lent.sharpness, usable),
        light=_beside(own.light, own.track >= 0, lent.light, usable),
    )


def _beside(
    own: NDArray[np.float32], there: NDArray[np.bool_], lent: NDArray[np.float32], usable: NDArray[np.bool_]
) -> NDArray[np.float32]:
    usual = [np.median(each[where]) if where.any() else 1.0 for each, where in ((own, there), (lent, usable))]
    return np.concatenate([own, lent * np.float32(usual[0] / usual[1])])
