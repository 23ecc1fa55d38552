"""Can the score be fooled? Two-second segments with their own sound, and with sound that is not theirs.

    python -m benchmarks.null [--clips ../shared/clips/eval] [--engine lite] [--seconds 2]

A segment is scored as a clip of its own: 50 frames of embeddings of its picture against 50 of its sound. In
two seconds no far offset can be found; ``--seconds 4`` looks up to two seconds away.
Sound that is not its own is that of another clip, or the clip's own at least a segment away. The noise engine
is random unit vectors. Segments are cut from the longest stretch of each clip's face.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from benchmarks.record import provenance, write_result
from benchmarks.retiming.clips import CutClip, cut_clips
from liptune.core.analysis import identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.calibration import Calibration, calibration_of
from liptune.core.sync.score import Face, Scored, score_faces
from liptune.core.sync.types import Verdict

SEGMENT_FRAMES = 50
READABLE_SHARE = 0.8
NOISE_PAIRS = 1000
NOISE_DIMENSIONS = 128

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """Embeddings of the same stretch of one clip, (frames, D) each."""

    clip: str
    first: int
    video: Rows
    audio: Rows

    @property
    def usable(self) -> bool:
        """Whether most of it has lips and sound."""
        both = np.isfinite(self.video).all(axis=1) & np.isfinite(self.audio).all(axis=1)
        return float(both.mean()) >= READABLE_SHARE


@dataclass(frozen=True)
class Answer:
    """What a pair was scored."""

    clip: str
    confidence: float
    evidence: bool


def segments(clip: CutClip, engine: SyncEngine, frames: int = SEGMENT_FRAMES) -> Iterator[Segment]:
    """Stretches without overlap."""
    embedder = engine.video_embedder()
    embedder.push(clip.inputs)
    video, audio = embedder.finish(), engine.embed_audio([clip.samples])
    for first in range(0, min(len(video), len(audio)) - frames + 1, frames):
        span = slice(first, first + frames)
        yield Segment(clip.name, first, video[span], audio[span])


def ask(clip: str, video: Rows, audio: Rows, calibration: Calibration) -> Answer | None:
    """The verdict on one pair, None where nothing overlaps."""
    scored: Scored | None = score_faces([Face(0, video)], audio, len(video), calibration)
    if scored is None:
        return None
    return Answer(clip, scored.score.confidence, scored.score.verdict is not Verdict.NO_EVIDENCE)


def own(found: Sequence[Segment]) -> Iterator[tuple[Segment, Rows]]:
    """Each with its own sound."""
    return ((each, each.audio) for each in found)


def others(found: Sequence[Segment]) -> Iterator[tuple[Segment, Rows]]:
    """Each with the sound of the segments halfway down the list, which are of another clip."""
    for index, each in enumerate(found):
        other = found[(index + len(found) // 2) % len(found)]
        if other.clip != each.clip:
            yield each, other.audio


def elsewhere(found: Sequence[Segment]) -> Iterator[tuple[Segment, Rows]]:
    """Each with its clip's own sound seconds away."""
    for each in found:
        same = [other for other in found if other.clip == each.clip and other.first != each.first]
        if same:
            yield each, same[len(same) // 2].audio


def answers(pairs: Iterator[tuple[Segment, Rows]], calibration: Calibration) -> list[Answer]:
    """The verdicts on pairs."""
    asked = (ask(segment.clip, segment.video, audio, calibration) for segment, audio in pairs)
    return [answer for answer in asked if answer is not None]


def noise(calibration: Calibration) -> list[Answer]:
    """The verdicts on random embeddings, by seed."""
    found = []
    for seed in range(NOISE_PAIRS):
        rows = np.random.default_rng(seed).standard_normal((2, SEGMENT_FRAMES, NOISE_DIMENSIONS))
        video, audio = (rows / np.linalg.norm(rows, axis=2, keepdims=True)).astype(np.float32)
        answer = ask(str(seed), video, audio, calibration)
        if answer:
            found.append(answer)
    return found


def auroc(true: Sequence[Answer], false: Sequence[Answer]) -> float:
    """Chance that a true pair is more confident than a false one."""
    statistic = mannwhitneyu([a.confidence for a in true], [a.confidence for a in false]).statistic
    return float(statistic / (len(true) * len(false)))


def share(found: Sequence[Answer], count: Callable[[Answer], bool]) -> float:
    """Share of the answers."""
    return sum(map(count, found)) / len(found) if found else float("nan")


def figures(found: Sequence[Segment], calibration: Calibration) -> dict[str, Any]:
    """All of the benchmark's numbers over usable segments."""
    true = answers(own(found), calibration)
    false = {
        "other_clip": answers(others(found), calibration),
        "own_elsewhere": answers(elsewhere(found), calibration),
    }
    missed: dict[str, int] = {}
    for answer in true:
        missed[answer.clip] = missed.get(answer.clip, 0) + (not answer.evidence)
    return {
        "segments": len(true),
        "clips": len(missed),
        "misses": share(true, lambda answer: not answer.evidence),
        "misses_by_clip": {clip: count for clip, count in missed.items() if count},
        **{
            name: {
                "pairs": len(pairs),
                "auroc": auroc(true, pairs),
                "false_alarms": share(pairs, lambda answer: answer.evidence),
            }
            for name, pairs in false.items()
        },
        "noise": {
            "pairs": NOISE_PAIRS,
            "false_alarms": share(noise(calibration), lambda answer: answer.evidence),
        },
    }


def main() -> None:
    """Prints the table and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--engine", default="lite")
    parser.add_argument("--seconds", type=float, default=SEGMENT_FRAMES / ANALYSIS_FPS)
    parser.add_argument("--kept", type=Path, default=Path("out/benchmarks/cut"))
    chosen = parser.parse_args()
    engine = load_engine(chosen.engine)
    calibration = calibration_of(identity_of(engine))
    clips = cut_clips(chosen.clips, engine, chosen.kept)
    frames = round(chosen.seconds * ANALYSIS_FPS)
    found = [segment for clip in clips for segment in segments(clip, engine, frames) if segment.usable]
    measured = {
        **provenance(engine),
        "seconds": chosen.seconds,
        "calibrated": calibration.weights_sha256 == engine.weights_sha256,
        **figures(found, calibration),
    }
    print(json.dumps(measured, indent=2))
    usual = chosen.seconds == SEGMENT_FRAMES / ANALYSIS_FPS
    name = f"null_{chosen.engine}" if usual else f"null_{chosen.engine}-{chosen.seconds:g}s"
    print("written to", write_result(name, measured))


if __name__ == "__main__":
    main()
