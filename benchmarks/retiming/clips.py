"""What an engine is shown of a clip, cut once, so that it can be tampered with and embedded again."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.protocol import SyncEngine
from liptune.core.errors import LiptuneError
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.tracker import FaceTracker
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import SAMPLES_PER_FRAME

MIN_FRAMES = 62


@dataclass(frozen=True)
class CutClip:
    """The longest stretch of a clip's most seen face.

    ``inputs``: (T,) of the engine's visual type. ``samples``: (640·T,) float32, the sound of the same frames.
    """

    name: str
    inputs: NDArray[Any]
    samples: NDArray[np.float32]

    @property
    def loudness(self) -> NDArray[np.float64]:
        """dBFS of each frame, (T,)."""
        power = np.square(self.samples.astype(np.float64)).reshape(-1, SAMPLES_PER_FRAME).mean(axis=1)
        return np.asarray(10 * np.log10(power + 1e-10))


def cut_clips(folder: Path, engine: SyncEngine, kept: Path) -> list[CutClip]:
    """Cuts every video of a folder that shows a face for 2.5 s; ``kept`` remembers the result."""
    kept.mkdir(parents=True, exist_ok=True)
    paths = sorted(p for p in folder.iterdir() if p.suffix in {".mp4", ".avi", ".mpg", ".mov", ".mkv"})
    clips = [
        _cut(path, engine, kept / f"{path.name}.{engine.id}.{engine.preprocessing}.npz") for path in paths
    ]
    return [clip for clip in clips if len(clip.inputs) >= MIN_FRAMES]


def _cut(path: Path, engine: SyncEngine, kept: Path) -> CutClip:
    if not kept.exists():
        try:
            inputs, samples = _stretch(path, engine)
        except LiptuneError as error:
            print(f"{path.name}: {error}")
            inputs, samples = np.zeros(0, engine.visual_dtype), np.zeros(0, np.float32)
        np.savez(kept, inputs=inputs, samples=samples)
    with np.load(kept) as arrays:
        return CutClip(path.name, arrays["inputs"], arrays["samples"])


def _stretch(path: Path, engine: SyncEngine) -> tuple[NDArray[Any], NDArray[np.float32]]:
    info = probe(path)
    cuts: dict[tuple[int, int], NDArray[Any]] = {}
    batches = decode_frames(info, side=engine.analysis_side, colour=engine.colour)
    for frame in FaceTracker(landmark_model()).follow(batches):
        for face in frame.faces:
            if face.seen:
                cuts[face.track, frame.index] = engine.visual_input(frame.pixels, face.landmarks)
    begin, inputs = _longest_run(cuts)
    origin = require_video(info).start_seconds
    samples = np.concatenate(list(decode_audio(info, origin_seconds=origin)))
    frames = min(len(inputs), len(samples) // SAMPLES_PER_FRAME - begin)
    first = begin * SAMPLES_PER_FRAME
    stacked = np.array(inputs[: max(frames, 0)], engine.visual_dtype)
    return stacked, samples[first : first + SAMPLES_PER_FRAME * len(stacked)]


def _longest_run(cuts: dict[tuple[int, int], NDArray[Any]]) -> tuple[int, list[NDArray[Any]]]:
    if not cuts:
        return 0, []
    track = Counter(track for track, _ in cuts).most_common(1)[0][0]
    frames = np.array(sorted(frame for each, frame in cuts if each == track))
    run = max(np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1), key=len)
    return int(run[0]), [cuts[track, int(frame)] for frame in run]
