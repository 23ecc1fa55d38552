"""One face and the sound of a clip, on the clip's own 25 fps timeline, as core's own code sees them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.lite.engine import LiteEngine
from liptune.core.errors import LiptuneError
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.tracker import FaceTracker, TrackedFrame
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import SAMPLES_PER_FRAME

FEWEST_FRAMES = 16


@dataclass(frozen=True)
class Recording:
    """A clip of T frames.

    ``landmarks``: (T, 68, 2) float32 pixels of its most seen face, NaN where it is not seen. ``samples``:
    (640·T,) float32 at 16 kHz. ``seen``, ``heard``: (T, D) float32 embeddings of `lite`, NaN where there is
    no face. ``portrait``: a grey frame with the face, and ``pictured`` its (68, 2) points.
    """

    name: str
    landmarks: NDArray[np.float32]
    samples: NDArray[np.float32]
    seen: NDArray[np.float32]
    heard: NDArray[np.float32]
    portrait: NDArray[np.uint8]
    pictured: NDArray[np.float32]


def record(path: Path, engine: LiteEngine) -> Recording | None:
    """Follows the clip's most seen face; None where there is too little of it, or no sound."""
    try:
        info = probe(path)
        decoded = decode_frames(info, side=engine.analysis_side, colour="gray")
        frames = list(FaceTracker(landmark_model()).follow(decoded))
        origin = require_video(info).start_seconds
        heard = np.concatenate(list(decode_audio(info, origin_seconds=origin)))
    except LiptuneError:
        return None
    count = min(len(frames), len(heard) // SAMPLES_PER_FRAME)
    frames = frames[:count]
    samples = heard[: count * SAMPLES_PER_FRAME]
    track = _most_seen(frames)
    known = _points(frames, track, bridged=False)
    shown = np.flatnonzero(np.isfinite(known).all((1, 2)))
    if len(shown) < FEWEST_FRAMES:
        return None
    middle = shown[len(shown) // 2]
    return Recording(
        path.name,
        known,
        samples,
        _embedded(frames, _points(frames, track, bridged=True), engine),
        engine.embed_audio([samples]),
        frames[middle].pixels,
        known[middle],
    )


def _most_seen(frames: list[TrackedFrame]) -> int:
    faces = Counter(face.track for frame in frames for face in frame.faces if face.seen)
    return faces.most_common(1)[0][0] if faces else -1


def _points(frames: list[TrackedFrame], track: int, *, bridged: bool) -> NDArray[np.float32]:
    """(T, 68, 2), NaN elsewhere."""
    points = np.full((len(frames), 68, 2), np.nan, np.float32)
    for at, frame in enumerate(frames):
        for face in frame.faces:
            if face.track == track and (face.seen or bridged):
                points[at] = face.landmarks
    return points


def _embedded(
    frames: list[TrackedFrame], points: NDArray[np.float32], engine: LiteEngine
) -> NDArray[np.float32]:
    """(T, D), NaN outside the face's track."""
    there = np.flatnonzero(np.isfinite(points).all((1, 2)))
    embedder = engine.video_embedder()
    for at in there:
        embedder.push(engine.visual_input(frames[at].pixels, points[at])[None])
    vectors = embedder.finish()
    placed = np.full((len(frames), vectors.shape[1]), np.nan, np.float32)
    placed[there] = vectors
    return placed
