"""Is the offset through time what was done to the sound?

    python -m benchmarks.timeline [--clips ../shared/clips/eval] [--engine lite]

Clips of one person are laid end to end, and people one after another to minutes, in two random orders. Their
sound is moved by up to four seconds, moved in part, from some moment on or from some cut, played at another
speed, or left alone, and embedded again. Each competitor says how early the sound is at every moment.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.record import provenance, write_result
from benchmarks.timing.people import MINUTE_FRAMES, Recording, minutes, recordings
from benchmarks.timing.rivals import RIVALS, Answer
from benchmarks.timing.tampering import Tampering, tamperings
from liptune.core.analysis import identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.engines.registry import load_engine
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.sync.calibration import Calibration, calibration_of

Length = Literal["clip", "minute"]

ORDERS = 2
FRAME_SECONDS = 1 / ANALYSIS_FPS
NOTICED = 0.045
STEP_BOUNDARY = 0.5
STEP_OFFSET = 0.040
RATE = 0.0005
FALSE_STEP = 0.080


@dataclass(frozen=True)
class Trial:
    """One recording, tampered with once, and one competitor.

    ``within``: share of the seconds with sound within 45 ms of the truth. ``claimed``: of which something is
    said. ``whole``: the claims are of one stretch of one offset. ``found``: a far offset to the frame; the
    share of stretches; the rate.
    """

    recording: str
    seconds: float
    length: Length
    kind: str
    size: float
    rival: str
    within: float
    claimed: float
    whole: bool
    found: float


def trials(recording: Recording, engine: SyncEngine, calibration: Calibration, seed: int) -> Iterator[Trial]:
    """Every tampering that the recording is long enough for, and every competitor."""
    rng = np.random.default_rng(seed)
    for tampering in tamperings(recording.frames / ANALYSIS_FPS, recording.cuts / ANALYSIS_FPS, rng):
        audio = engine.embed_audio([tampering.of(recording.samples)])
        for name, rival in RIVALS.items():
            yield judged(
                recording, tampering, name, rival(recording.video, audio, recording.cuts, calibration)
            )


def judged(recording: Recording, tampering: Tampering, name: str, answer: Answer) -> Trial:
    """An answer against the truth, over the moments whose sound is in the file."""
    seconds = (np.arange(recording.frames) + 0.5) / ANALYSIS_FPS
    truth = tampering.offset_at(seconds)
    heard = (seconds - truth >= 0) & (seconds - truth < recording.frames / ANALYSIS_FPS)
    errors = np.abs(answer.offsets - truth)[heard]
    return Trial(
        recording.name,
        recording.frames / ANALYSIS_FPS,
        "minute" if recording.frames >= MINUTE_FRAMES else "clip",
        tampering.kind,
        tampering.size,
        name,
        float(np.mean(np.nan_to_num(errors, nan=np.inf) <= NOTICED)),
        float(np.isfinite(errors).mean()),
        _whole(answer),
        _found(tampering, answer, errors),
    )


def _whole(answer: Answer) -> bool:
    if answer.timeline is not None:
        evident = answer.timeline.evident
        return len(answer.timeline.stretches) == 1 and not any(each.rate for each in evident)
    return bool(np.ptp(answer.offsets) < FALSE_STEP)


def _found(tampering: Tampering, answer: Answer, errors: NDArray[np.float64]) -> float:
    if tampering.kind in {"steps", "cuts"}:
        return float(
            np.mean([_step_found(tampering, index, answer) for index in range(len(tampering.pieces))])
        )
    if tampering.kind == "drift":
        return float(_rate_error(tampering, answer) <= RATE)
    return float(np.nanmedian(errors) <= FRAME_SECONDS) if np.isfinite(errors).any() else 0.0


def _step_found(tampering: Tampering, index: int, answer: Answer) -> bool:
    """Whether a stretch of the answer begins and ends where this one does, at its offset."""
    piece = tampering.pieces[index]
    if answer.timeline is None:
        return False
    return any(
        abs(each.start_seconds - piece.start) <= STEP_BOUNDARY
        and abs(each.end_seconds - piece.end) <= STEP_BOUNDARY
        and abs((each.middle_offset_ms or 0) / 1000 - piece.offset) <= STEP_OFFSET
        for each in answer.timeline.evident
    )


def _rate_error(tampering: Tampering, answer: Answer) -> float:
    if answer.timeline is None or answer.timeline.main is None:
        return float("inf")
    return abs(answer.timeline.main.rate - tampering.pieces[0].rate)


def rows(found: Sequence[Trial]) -> list[dict[str, Any]]:
    """A line of the table for each length, kind, size and competitor."""
    keys = dict.fromkeys((each.length, each.kind, abs(each.size), each.rival) for each in found)
    return [_row(key, [t for t in found if (t.length, t.kind, abs(t.size), t.rival) == key]) for key in keys]


def _row(key: tuple[Length, str, float, str], chosen: Sequence[Trial]) -> dict[str, Any]:
    length, kind, size, rival = key
    means = {
        name: float(np.mean([getattr(trial, name) for trial in chosen]))
        for name in ("within", "claimed", "whole", "found")
    }
    return {"length": length, "kind": kind, "size": size, "rival": rival, "trials": len(chosen), **means}


def main() -> None:
    """Prints the table and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--engine", default="lite")
    parser.add_argument("--kept", type=Path, default=Path("out/benchmarks/cut"), help="folder of cut clips")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    engine = load_engine(chosen.engine)
    calibration = calibration_of(identity_of(engine))
    found = recordings(chosen.clips, engine, calibration, chosen.kept)
    print(f"{len(found.usable)} recordings; own offset unsure: {', '.join(found.unsure) or 'none'}")
    orders = (np.random.default_rng(seed) for seed in range(ORDERS))
    joined = [recording for rng in orders for recording in minutes(found.usable, rng)]
    done = [
        trial
        for seed, recording in enumerate([*found.usable, *joined])
        for trial in trials(recording, engine, calibration, seed)
    ]
    table = rows(done)
    print("length kind     size rival            trials  within claimed  whole  found")
    for row in table:
        print(
            f"{row['length']:<6} {row['kind']:<6} {row['size']:>6} {row['rival']:<16} {row['trials']:>6} "
            f"{row['within']:>7.1%} {row['claimed']:>7.1%} {row['whole']:>6.1%} {row['found']:>6.1%}"
        )
    result = {
        **provenance(engine),
        "recordings": {each.name: each.frames / ANALYSIS_FPS for each in found.usable},
        "unsure": found.unsure,
        "rows": table,
        "trials": [asdict(each) for each in done if each.rival == "ours"],
    }
    print("written to", write_result("timeline", result))


if __name__ == "__main__":
    main()
