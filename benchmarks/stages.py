"""Where the time of an analysis goes, one stage after the other."""

import cProfile
import pstats
import resource
from collections.abc import Callable
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np

from liptune.core.engines.protocol import SyncEngine
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.tracker import FaceTracker, TrackedFrame
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import FrameBatch, MediaInfo

Result = TypeVar("Result")

MOST_BYTES = 1024**3
"""Of decoded frames that are held between the stages; engines that see large pictures get fewer of them."""


def stage_seconds(clip: Path, engine: SyncEngine) -> dict[str, float]:
    """Processor seconds of each stage, run alone and in turn; ffmpeg's count as decoding.

    Stops after a GiB of frames: then the shares are those of the clip's beginning.
    """
    media = probe(clip)
    decode, batches = _timed(lambda: _decode(media, engine))
    track, frames = _timed(lambda: list(FaceTracker(landmark_model()).follow(batches)))
    crop, inputs = _timed(lambda: _inputs(frames, engine))
    embed, _ = _timed(lambda: _embed(inputs, engine))
    sound = _sound(media)
    hear, _ = _timed(lambda: engine.embed_audio(decode_audio(media, origin_seconds=sound)))
    detect, landmarks = (track * share for share in _tracking_shares(batches))
    return {
        "decode": decode,
        "detect": detect,
        "landmarks": landmarks,
        "follow": track - detect - landmarks,
        "crop": crop,
        "embed faces": embed,
        "embed sound": hear,
    }


def _decode(media: MediaInfo, engine: SyncEngine) -> list[FrameBatch]:
    held: list[FrameBatch] = []
    with closing(decode_frames(media, side=engine.analysis_side, colour=engine.colour)) as batches:
        for batch in batches:
            held.append(batch)
            if sum(each.frames.nbytes for each in held) > MOST_BYTES:
                break
    return held


def _sound(media: MediaInfo) -> float:
    return require_video(media).start_seconds


def _inputs(frames: list[TrackedFrame], engine: SyncEngine) -> list[np.ndarray]:
    faces = chain.from_iterable(((frame, face) for face in frame.faces) for frame in frames)
    return [engine.visual_input(frame.pixels, face.landmarks) for frame, face in faces]


def _embed(inputs: list[np.ndarray], engine: SyncEngine) -> None:
    embedder = engine.video_embedder()
    embedder.push(np.stack(inputs))
    embedder.finish()


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    before = _processor_seconds()
    result = work()
    return _processor_seconds() - before, result


def _processor_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _tracking_shares(batches: list[FrameBatch]) -> tuple[float, float]:
    """Shares of the tracker's time spent on detection and on landmarks, by the profiler."""
    profile = cProfile.Profile()
    profile.runcall(list, FaceTracker(landmark_model()).follow(batches))
    stats = pstats.Stats(profile)
    timings = stats.stats  # type: ignore[attr-defined]
    spent = {(Path(file).name, name): timing[3] for (file, _, name), timing in timings.items()}
    total = stats.total_tt  # type: ignore[attr-defined]
    return spent["detect.py", "_run"] / total, spent["model.py", "_look"] / total
