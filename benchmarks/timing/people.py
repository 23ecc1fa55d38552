"""Clips joined by person, and people joined to a minute, so that long stretches can be tampered with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.retiming.clips import CutClip, cut_clips
from liptune.core.engines.protocol import SyncEngine
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.tracker import FaceTracker
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import ANALYSIS_FPS, SAMPLES_PER_FRAME
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.score import Face, score_faces
from training.speakers import describe, group

SHORTEST_FRAMES = 4 * ANALYSIS_FPS
MINUTE_FRAMES = 60 * ANALYSIS_FPS


@dataclass(frozen=True)
class Recording:
    """Clips end to end, each with its own offset taken out.

    ``video``: (T, D) embeddings of the picture. ``samples``: (640·T,) float32, the sound. ``cuts``: frames
    with which clips begin, but for the first.
    """

    name: str
    video: NDArray[np.float32]
    samples: NDArray[np.float32]
    cuts: NDArray[np.int64]

    @property
    def frames(self) -> int:
        """T."""
        return len(self.video)


@dataclass(frozen=True)
class Recordings:
    """``unsure``: clips left out because their own offset is not known. ``joined``: names behind each."""

    usable: tuple[Recording, ...]
    unsure: tuple[str, ...]


def recordings(folder: Path, engine: SyncEngine, calibration: Calibration, kept: Path) -> Recordings:
    """Every person of a folder with four seconds and more of clips whose own offset is sure."""
    clips = cut_clips(folder, engine, kept)
    offsets = [_own_offset(clip, engine, calibration) for clip in clips]
    sure = [(clip, offset) for clip, offset in zip(clips, offsets, strict=True) if offset is not None]
    people = _people(folder, [clip.name for clip, _ in sure], kept)
    joined = [
        _joined([pair for pair, person in zip(sure, people, strict=True) if person == each], engine)
        for each in dict.fromkeys(people.tolist())
    ]
    unsure = tuple(clip.name for clip, offset in zip(clips, offsets, strict=True) if offset is None)
    return Recordings(tuple(each for each in joined if each.frames >= SHORTEST_FRAMES), unsure)


def minutes(people: Sequence[Recording], rng: np.random.Generator) -> Iterator[Recording]:
    """People one after another, in a random order, until each recording lasts a minute: a programme."""
    taken: list[Recording] = []
    for number in rng.permutation(len(people)):
        taken.append(people[number])
        if sum(each.frames for each in taken) >= MINUTE_FRAMES:
            starts = np.cumsum([0, *(each.frames for each in taken)])[:-1]
            cuts = [start + np.append(0, each.cuts) for start, each in zip(starts, taken, strict=True)]
            yield Recording(
                f"{len(taken)} people from {taken[0].name}",
                np.concatenate([each.video for each in taken]),
                np.concatenate([each.samples for each in taken]),
                np.concatenate(cuts)[1:],
            )
            taken = []


def embed(engine: SyncEngine, inputs: NDArray[np.generic]) -> NDArray[np.float32]:
    """The engine's embeddings of a run of visual inputs, (T, D)."""
    embedder = engine.video_embedder()
    embedder.push(inputs)
    return embedder.finish()


def _own_offset(clip: CutClip, engine: SyncEngine, calibration: Calibration) -> float | None:
    """Frames by which the sound is early; None where that is not sure."""
    video, audio = embed(engine, clip.inputs), engine.embed_audio([clip.samples])
    scored = score_faces([Face(0, video)], audio, len(video), calibration, max_offset_seconds=0.6)
    return scored.score.offset_frames if scored and scored.timeline.evident else None


def _joined(clips: Sequence[tuple[CutClip, float]], engine: SyncEngine) -> Recording:
    inputs = np.concatenate([clip.inputs for clip, _ in clips])
    samples = np.concatenate([_delayed(clip.samples, offset) for clip, offset in clips])
    cuts = np.cumsum([len(clip.inputs) for clip, _ in clips])[:-1]
    return Recording("+".join(clip.name for clip, _ in clips), embed(engine, inputs), samples, cuts)


def _delayed(samples: NDArray[np.float32], frames: float) -> NDArray[np.float32]:
    """The same length, so many frames later."""
    by = round(frames * SAMPLES_PER_FRAME)
    moved = np.zeros_like(samples)
    if by >= 0:
        moved[by:] = samples[: len(samples) - by]
    else:
        moved[:by] = samples[-by:]
    return moved


def _people(folder: Path, names: Sequence[str], kept: Path) -> NDArray[np.int64]:
    return group(np.stack([_described(folder / name, kept / f"{name}.face.npy") for name in names]))


def _described(path: Path, kept: Path) -> NDArray[np.float32]:
    """dlib's description of the first face that is really seen."""
    if not kept.exists():
        frames = FaceTracker(landmark_model()).follow(decode_frames(probe(path), side=480, colour="gray"))
        faces = ((frame, face) for frame in frames for face in frame.faces if face.seen)
        frame, face = next(faces)
        np.save(kept, describe(frame.pixels, face.landmarks))
    return np.asarray(np.load(kept), np.float32)
