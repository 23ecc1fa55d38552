"""Cuts the training clips with the very code that serves: core's decode, face tracker and crop."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.features import COLUMNS_PER_FRAME, log_mel
from liptune.core.engines.lite.crop import mouth_crop, mouth_points
from liptune.core.engines.lite.engine import ANALYSIS_SIDE
from liptune.core.errors import LiptuneError
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.pose import face_pose
from liptune.core.faces.tracker import FaceTracker, TrackedFrame
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from training.corpus import CROP_HEIGHT, CROP_WIDTH, Corpus
from training.processes import spawned
from training.sources import delay_of, source_of
from training.speakers import describe, group

MIN_FRAMES = 16
VIDEOS = {".mp4", ".mpg", ".avi", ".mov", ".mkv", ".webm"}


@dataclass(frozen=True)
class CutClip:
    """One face of one clip: (n, H, W) crops, (n, P, 2) points, (4n, mels) log-mel, (128,) who it is."""

    name: str
    crops: NDArray[np.uint8]
    points: NDArray[np.float32]
    mel: NDArray[np.float32]
    face: NDArray[np.float32]


def cut_clip(path: Path) -> CutClip | None:
    """Follows the clip's longest-seen face; None where there is too little of it."""
    cv2.setNumThreads(1)
    try:
        info = probe(path)
        frames = list(
            FaceTracker(landmark_model()).follow(decode_frames(info, side=ANALYSIS_SIDE, colour="gray"))
        )
        origin = require_video(info).start_seconds
        mel = log_mel(np.concatenate(list(decode_audio(info, origin_seconds=origin))))
    except LiptuneError:
        return None
    shown = _longest_run(frames)
    last = len(mel) // COLUMNS_PER_FRAME
    shown = [(frame, points) for frame, points in shown if frame.index < last]
    if len(shown) < MIN_FRAMES:
        return None
    poses = [face_pose(around) for _, around in shown]
    first = COLUMNS_PER_FRAME * shown[0][0].index
    middle, points = shown[len(shown) // 2]
    return CutClip(
        path.name,
        np.stack(
            [mouth_crop(f.pixels, p, CROP_HEIGHT, CROP_WIDTH) for (f, _), p in zip(shown, poses, strict=True)]
        ),
        np.stack([mouth_points(around, p) for (_, around), p in zip(shown, poses, strict=True)]),
        mel[first : first + COLUMNS_PER_FRAME * len(shown)],
        describe(middle.pixels, points),
    )


def _longest_run(frames: list[TrackedFrame]) -> list[tuple[TrackedFrame, NDArray[np.float32]]]:
    """Frames and landmarks of the longest stretch of one face that is really seen."""
    faces = Counter(face.track for frame in frames for face in frame.faces if face.seen)
    if not faces:
        return []
    track = faces.most_common(1)[0][0]
    best: list[tuple[TrackedFrame, NDArray[np.float32]]] = []
    run: list[tuple[TrackedFrame, NDArray[np.float32]]] = []
    for frame in frames:
        points = next((f.landmarks for f in frame.faces if f.track == track and f.seen), None)
        run = [*run, (frame, points)] if points is not None else []
        best = max(best, run, key=len)
    return best


def build_corpus(folders: Sequence[Path], processes: int) -> tuple[Corpus, tuple[str, ...]]:
    """Cuts every video in the folders; also returns the names of those that could not be used."""
    paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in VIDEOS]
    with spawned(processes) as pool:
        cut = list(pool.map(cut_clip, paths, chunksize=8))
    unusable = tuple(path.name for path, clip in zip(paths, cut, strict=True) if clip is None)
    return _joined([clip for clip in cut if clip is not None]), unusable


def _joined(kept: list[CutClip]) -> Corpus:
    length = np.array([len(clip.crops) for clip in kept])
    return Corpus(
        names=tuple(clip.name for clip in kept),
        first=np.cumsum(length) - length,
        length=length,
        source=np.array([source_of(clip.name) for clip in kept]),
        delay=np.array([delay_of(clip.name) for clip in kept]),
        speaker=group(np.stack([clip.face for clip in kept])),
        crops=np.concatenate([clip.crops for clip in kept]),
        points=np.concatenate([clip.points for clip in kept]),
        mel=np.concatenate([clip.mel for clip in kept]),
    )
