"""Does the score know what in sync means? ``python -m benchmarks.offset [--clips FOLDER] [--engine ID]``."""

import argparse
import random
import re
import tempfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.network import network_speed
from benchmarks.record import provenance, write_result
from benchmarks.shift import shifted_copy
from benchmarks.windows import WINDOWS, WindowScores, judge, summary
from liptune.core.analysis.run import analyse
from liptune.core.analysis.types import identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.errors import LiptuneError
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import calibration_of
from liptune.core.sync.clip import ClipScore, score_clip
from liptune.core.sync.types import Verdict

SHORTEST_SECONDS = 2.0
SHORTEST_SHIFTED_SECONDS = 3.0
LARGEST_SHIFT = 12


@dataclass(frozen=True)
class Measured:
    """A clip's band with the column of its own offset, or why it cannot be used.

    ``values``: as scores use them, centred. ``distances``: as the embeddings gave them.
    """

    name: str
    seconds: float
    values: NDArray[np.float32] | None = None
    distances: NDArray[np.float32] | None = None
    best: int = 0
    offset_frames: float = 0.0
    unusable: str | None = None


def measure_clip(path: Path, engine: SyncEngine) -> Measured:
    """The active speaker's band of the whole clip."""
    seconds = 0.0
    try:
        media = probe(path)
        require_audio(media)
        seconds = require_video(media).duration_seconds
        score = _score(path, engine)
    except LiptuneError as error:
        return Measured(path.name, seconds, unusable=f"{error.code}: {error.message}")
    profile = score.speaker.profile
    evidence = score.speaker.score.verdict is not Verdict.NO_EVIDENCE
    return Measured(
        path.name,
        seconds,
        score.speaker.evidence,
        score.speaker.band.values,
        profile.best,
        score.speaker.score.offset_frames,
        None if evidence else "no evidence for an offset of its own",
    )


def _score(path: Path, engine: SyncEngine) -> ClipScore:
    media = probe(path)
    analysis = analyse(media, media, engine)
    return score_clip(analysis, MeasureOptions(), calibration_of(identity_of(engine)))


def recovered_shift(path: Path, measured: Measured, engine: SyncEngine, folder: Path) -> dict[str, Any]:
    """Delays the sound by a number of frames drawn from the clip's name and measures again."""
    shift = random.Random(zlib.crc32(path.name.encode())).randint(-LARGEST_SHIFT, LARGEST_SHIFT)  # noqa: S311
    copy = folder / "shifted.mkv"
    shifted_copy(path, shift, copy)
    found = measure_clip(copy, engine)
    recovered = measured.offset_frames - found.offset_frames if found.values is not None else float("nan")
    return {"clip": path.name, "delayed_frames": shift, "recovered_frames": round(recovered, 2)}


def run(clips: Path, engine: SyncEngine) -> dict[str, Any]:
    """Measures every clip and its shifted copy."""
    measured, shifts = [], []
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(p for p in clips.iterdir() if p.suffix not in {".wav", ".tsv", ".md"}):
            clip = measure_clip(path, engine)
            measured.append(clip)
            if clip.unusable is None and clip.seconds > SHORTEST_SHIFTED_SECONDS:
                shifts.append(recovered_shift(path, clip, engine, Path(folder)))
    return {
        **provenance(engine),
        "clips": str(clips),
        "network": network_speed(engine),
        "windows": _tables(measured, centred=True),
        "windows_plain_distance": _tables(measured, centred=False),
        "shifts": {"recovered_within_one": _recovered(shifts), "clips": shifts},
        "offsets_frames": {c.name: round(c.offset_frames, 2) for c in measured if c.unusable is None},
        "unusable": {c.name: c.unusable for c in measured if c.unusable},
        "too_short": [c.name for c in measured if c.seconds <= SHORTEST_SECONDS],
    }


def _tables(measured: list[Measured], *, centred: bool) -> dict[str, Any]:
    usable = [c for c in measured if c.unusable is None and c.seconds > SHORTEST_SECONDS]
    groups: dict[str, list[Measured]] = defaultdict(list)
    for clip in usable:
        groups["all"].append(clip)
        groups[re.sub(r"_\d+\..*$", "", clip.name)].append(clip)
    return {
        name: {
            str(frames): summary([_judged(c, frames, centred=centred) for c in members]) for frames in WINDOWS
        }
        for name, members in groups.items()
    }


def _judged(clip: Measured, frames: int, *, centred: bool) -> WindowScores:
    values = clip.values if centred else clip.distances
    if values is None:
        raise ValueError(clip.name)
    return judge(values, clip.best, frames)


def _recovered(shifts: list[dict[str, Any]]) -> float:
    return float(np.mean([abs(s["recovered_frames"] - s["delayed_frames"]) <= 1 for s in shifts]))


def _print(result: dict[str, Any]) -> None:
    print("frames   windows  within ±1  (whole band)  mean of clips  error ms  candidates  plain distance")
    for frames, row in result["windows"]["all"].items():
        plain = result["windows_plain_distance"]["all"][frames]["within_one"]
        print(
            f"{frames:>6} {row['windows']:>9} {row['within_one']:>10.1%}"
            f" {row['within_one_whole_band']:>13.1%} {row['mean_of_clips']:>14.1%}"
            f" {row['mean_absolute_error_ms']:>9.0f} {row['mean_candidates']:>11.1f} {plain:>15.1%}"
        )
    shifts = result["shifts"]
    print(f"shifts recovered within ±1: {shifts['recovered_within_one']:.1%} of {len(shifts['clips'])} clips")
    print("network alone, one core:", {name: round(fps) for name, fps in result["network"].items()})
    for name, why in result["unusable"].items():
        print(f"unusable {name}: {why}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--engine", default="lite")
    arguments = parser.parse_args()
    result = run(arguments.clips, load_engine(arguments.engine))
    _print(result)
    name = "offset" if arguments.engine == "lite" else f"offset-{arguments.engine}"
    print("written to", write_result(name, result))


if __name__ == "__main__":
    main()
