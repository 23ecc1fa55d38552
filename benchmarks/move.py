"""Is the sound where the lips are, after ``retime --move sound``?

    python -m benchmarks.move [--clips ../shared/clips/eval] [--longest 15]

The sound of clips is moved, moved in part or played at another speed, laid beside their picture, and the file
is repaired. Where its sound then is, is read by correlating how loud it is, second by second, with the sound
that the clip came with: no engine has a say. The truth is that sound, with the clip's own offset taken out.
Last, whole processes are timed: ``measure`` beside ``retime --move sound`` of a minute whose sound is slowed.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import correlate

from benchmarks.record import provenance, write_result
from benchmarks.speed import SAMPLE, timed
from benchmarks.timing.tampering import Piece, Tampering
from liptune.core.analysis.cache import FolderCache
from liptune.core.engines.registry import load_engine
from liptune.core.errors import LiptuneError
from liptune.core.media.clock.same_picture import shows_the_same
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.types import SAMPLE_RATE
from liptune.core.operations.measure import measure
from liptune.core.operations.retime import retime
from liptune.core.options import MeasureOptions, RetimeOptions

LIPTUNE = Path(sys.executable).with_name("liptune")
SHORTEST_SECONDS = 8.0
NOTICED_SECONDS = 0.045
SEARCHED_SECONDS = 1.2
ENVELOPE_RATE = 1000
SMOOTH_HOPS = 15
SPEECH_SHARE = 0.2
"""Of the clip's loudest second: where there is less, correlation says nothing."""

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Trial:
    """One file. ``mode``: what was planned. ``before``, ``after``: share of the seconds with speech whose
    sound is within 45 ms of the truth. ``same_picture``: whether no packet of it differs.
    """

    clip: str
    kind: str
    size: float
    mode: str
    before: float
    after: float
    same_picture: bool


def tamperings(seconds: float, rng: np.random.Generator) -> Iterator[Tampering]:
    """What is done to a clip of that length."""
    yield Tampering("none", 0.0, (Piece(0.0, seconds, 0.0),))
    for sign in (-1, 1):
        yield Tampering("far", 0.8 * sign, (Piece(0.0, seconds, 0.8 * sign),))
        yield Tampering("drift", 0.04 * sign, (Piece(0.0, seconds, 0.0, 0.04 * sign),))
        middle, step = float(rng.uniform(4.0, seconds - 4.0)), sign * float(rng.uniform(0.2, 0.4))
        yield Tampering("step", sign, (Piece(0.0, middle, 0.0), Piece(middle, seconds, step)))


def trials(clip: Path, folder: Path, seed: int) -> Iterator[Trial]:
    """Every tampering of a clip whose own offset is sure; nothing of another."""
    cache = FolderCache(folder / "cache")
    own = measure(clip, None, MeasureOptions(), output=None, cache=cache).result
    if len(own["timeline"]) > 1 or own["score"]["verdict"] == "no_evidence" or own["timeline"][0]["rate"]:
        return
    truth = heard(clip)
    seconds = len(truth) / SAMPLE_RATE
    for number, tampering in enumerate(tamperings(seconds, np.random.default_rng(seed))):
        path = folder / f"{clip.stem}-{number}.mkv"
        lay(clip, tampering.of(truth), path)
        done = retime(
            path, None, RetimeOptions(move="sound"), output=folder / f"{clip.stem}-{number}", cache=cache
        )
        late = own["score"]["offset_ms"] / 1000
        yield Trial(
            clip.name,
            tampering.kind,
            tampering.size,
            done.result["retime"]["mode"],
            in_place(truth, heard(path), late),
            in_place(truth, heard(done.artifacts[0]), late),
            shows_the_same(probe(path), probe(done.artifacts[0])),
        )


def heard(path: Path) -> Samples:
    """The sound on the picture's clock, as a player has it, as long as the picture."""
    info = probe(path)
    video = require_video(info)
    sound = np.concatenate([*decode_audio(info, origin_seconds=video.start_seconds)])
    length = round(video.duration_seconds * SAMPLE_RATE)
    return np.pad(sound[:length], (0, max(0, length - len(sound))))


def lay(clip: Path, sound: Samples, path: Path) -> None:
    """Writes the clip's picture, packet by packet, with that sound."""
    subprocess.run(
        [
            "ffmpeg", "-v", "error", "-y", "-i", clip, "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "1",
            "-i", "pipe:0", "-map", "0:v:0", "-map", "1:a", "-c:v", "copy", "-c:a", "flac", path,
        ],
        input=sound.tobytes(), check=True, capture_output=True,
    )  # fmt: skip


def in_place(truth: Samples, sound: Samples, late: float) -> float:
    """Share of the seconds with speech in which a sound is about ``late`` seconds behind ``truth``."""
    margin, side = round(SEARCHED_SECONDS * ENVELOPE_RATE), ENVELOPE_RATE
    padded, other = np.pad(envelope(truth), margin + side), np.pad(envelope(sound), side)
    starts = range(0, min(len(truth), len(sound)) * ENVELOPE_RATE // SAMPLE_RATE - side, ENVELOPE_RATE)
    loud = [float(other[at + side : at + 2 * side].sum()) for at in starts]
    good = []
    for at, level in zip(starts, loud, strict=True):
        if level < SPEECH_SHARE * max(loud):
            continue
        fits = alikeness(padded[at : at + 3 * side + 2 * margin], other[at : at + 3 * side])
        behind = (margin - int(fits.argmax())) / ENVELOPE_RATE
        good.append(abs(behind - late) <= NOTICED_SECONDS)
    return float(np.mean(good))


def alikeness(long: NDArray[np.float64], short: NDArray[np.float64]) -> NDArray[np.float64]:
    """The correlation coefficient of ``short`` with each part of ``long``; their middles count most."""
    weights = np.hanning(len(short))
    centred = weights * (short - np.average(short, weights=weights))
    squares, sums = correlate(np.square(long), weights, "valid"), correlate(long, weights, "valid")
    spread = np.sqrt(np.maximum(squares - np.square(sums) / weights.sum(), 1e-12))
    return np.asarray(correlate(long, centred, "valid") / spread)


def envelope(sound: Samples) -> NDArray[np.float64]:
    """How loud each thousandth of a second is: what can be compared where the pitch has changed."""
    hop = SAMPLE_RATE // ENVELOPE_RATE
    power = np.square(sound[: len(sound) // hop * hop].astype(np.float64)).reshape(-1, hop).mean(axis=1)
    return np.sqrt(np.maximum(uniform_filter1d(power, SMOOTH_HOPS), 0))


def rows(found: Sequence[Trial]) -> list[dict[str, Any]]:
    """A line for each kind."""
    return [
        _row(kind, [each for each in found if each.kind == kind])
        for kind in dict.fromkeys(t.kind for t in found)
    ]


def _row(kind: str, chosen: Sequence[Trial]) -> dict[str, Any]:
    return {
        "kind": kind,
        "trials": len(chosen),
        "moved": sum(each.mode != "none" for each in chosen),
        "before": float(np.mean([each.before for each in chosen])),
        "after": float(np.mean([each.after for each in chosen])),
        "same_picture": sum(each.same_picture for each in chosen),
    }


def wall(folder: Path, rounds: int) -> dict[str, Any]:
    """Seconds of ``measure`` and ``retime --move sound`` as whole processes, alternating."""
    video, repaired = folder / "minute.mp4", folder / "repaired.mp4"
    subprocess.run(
        [
            "ffmpeg", "-v", "error", "-y", "-stream_loop", "9", "-i", SAMPLE, "-t", "60", "-vf",
            "scale=1080:1080,pad=1920:1080:420:0", "-af", "atempo=0.996", "-c:v", "libx264", "-preset",
            "veryfast", "-c:a", "aac", video,
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    both = [
        (
            timed(LIPTUNE, "measure", video).seconds,
            timed(LIPTUNE, "retime", video, "--move", "sound", "--output", repaired).seconds,
        )
        for _ in range(rounds)
    ]
    ratios = [moved / alone for alone, moved in both]
    return {"median": median(ratios), "least": min(ratios), "most": max(ratios), "seconds": both}


def main() -> None:
    """Prints the table and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--longest", type=float, default=15.0, help="seconds of the longest clip taken")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    torch.set_num_threads(2)
    found: list[Trial] = []
    with tempfile.TemporaryDirectory() as name:
        for seed, clip in enumerate(sorted(chosen.clips.iterdir())):
            if not clip.is_file() or not SHORTEST_SECONDS <= _seconds(clip) <= chosen.longest:
                continue
            for trial in trials(clip, Path(name), seed):
                print(trial, flush=True)
                found.append(trial)
        ratio = wall(Path(name), chosen.rounds)
    for row in rows(found):
        print(row)
    print(ratio)
    result = {
        **provenance(load_engine("lite")),
        "rows": rows(found),
        "wall": ratio,
        "trials": [asdict(each) for each in found],
    }
    print("written to", write_result("move", result))


def _seconds(clip: Path) -> float:
    try:
        return require_video(probe(clip)).duration_seconds
    except LiptuneError:
        return 0.0


if __name__ == "__main__":
    main()
