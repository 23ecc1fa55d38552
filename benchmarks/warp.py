"""Does warp repair what retime repairs, and is the picture intact?

    python -m benchmarks.warp [--clips DIR] [--only NAME …] [--plan found|truth] [--name NAME]

The sound of each clip is bent by a known smooth function within ±3 frames, its pitch kept. Retime and warp,
with both blends, get the same plan: the one that is found, or the truth itself, which shows what each makes
of a perfect plan. Residuals are against the truth, distances are measured on the files.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import provenance, write_result
from benchmarks.retiming.warps import smooth
from benchmarks.warping.picture import inspect
from benchmarks.warping.sound import bent, write
from core.analysis.cache import FolderCache
from core.engines.registry import load_engine
from core.errors import LiptuneError
from core.measuring import Measured, measured
from core.media.audio import decode_audio
from core.media.encoders import raw_format
from core.media.picture import describe_picture
from core.media.probe import require_video
from core.media.raw import read_frames
from core.media.types import ANALYSIS_FPS, NO_LIMITS
from core.options import MeasureOptions, WarpOptions
from core.progress import silent
from core.retime.apply import apply
from core.retime.plan import Plan, plan
from core.retime.request import request_of
from core.retime.speaker import clip_of
from core.retime.types import Line, RetimeMode, TimeWarp
from core.warp.blends import BLENDS
from core.warp.colour import colours_of
from core.warp.donors import Chooser, Terms
from core.warp.faces import faces_on
from core.warp.gain import gains
from core.warp.transplant import Scene, outcomes, transplant

PICTURES = (".mp4", ".avi", ".mpg", ".mov", ".mkv")


@dataclass(frozen=True)
class Case:
    """A clip with bent sound. ``truth``: (T,) seconds of the source picture that fit each analysis frame."""

    video: Path
    sound: Path
    truth: NDArray[np.float64]
    tampered: Measured
    found: Plan
    cache: FolderCache


def case_of(video: Path, folder: Path, kind: str, seed: int) -> Case:
    """Bends the sound, and plans the repair."""
    cache = FolderCache(folder / "analyses")
    own = measured(video, None, MeasureOptions(), cache=cache, progress=silent, limits=NO_LIMITS)
    begin = require_video(own.picture).start_seconds
    samples = np.concatenate(list(decode_audio(own.picture, origin_seconds=begin)))
    loudness = np.zeros(own.analysis.frames)
    heard = smooth(3, 2.4, 12)(loudness, np.random.default_rng(seed))
    sound = write(bent(samples, heard), folder / f"{video.stem}.wav")
    options = WarpOptions(mode="local")
    tampered = measured(video, sound, options, cache=cache, progress=silent, limits=NO_LIMITS)
    truth = (heard + own.clip.speaker.score.offset_frames) / ANALYSIS_FPS
    known = plan(clip_of(tampered.analysis, tampered.clip), request_of(options))
    return Case(video, sound, truth, tampered, known if kind == "found" else perfect(truth), cache)


def perfect(truth: NDArray[np.float64]) -> Plan:
    """The plan that undoes what was done."""
    clock = np.arange(len(truth)) / ANALYSIS_FPS
    moved, sure = (truth - clock) * ANALYSIS_FPS, np.ones(len(truth))
    return Plan(RetimeMode.LOCAL, "The truth", Line(), TimeWarp(clock, truth), moved, sure, {})


def retimed(case: Case, folder: Path) -> dict[str, Any]:
    """The whole picture moved."""
    output = folder / f"{case.video.stem}-retime.mp4"
    done = apply(case.found, case.tampered.picture, case.tampered.sound, output, progress=silent)
    seconds = done.times.seconds
    return _row(case, output, seconds, seconds[done.shown])


def warped(case: Case, blend: str, folder: Path) -> dict[str, Any]:
    """The mouths moved; the picture is inspected before it is encoded."""
    options = WarpOptions.model_validate({"blend": blend})
    now, output = case.tampered, folder / f"{case.video.stem}-{blend}.mp4"
    scene = Scene(now.picture, now.sound, now.analysis, now.clip)
    clip = clip_of(now.analysis, now.clip)
    done = transplant(scene, clip, case.found.warp, options, output, progress=silent)
    seconds = done.times.seconds
    row = _row(case, output, seconds, seconds[done.donors])
    return row | _inspected(case, blend, seconds)


def _inspected(case: Case, blend: str, seconds: NDArray[np.float64]) -> dict[str, Any]:
    now, warp = case.tampered, case.found.warp
    if warp is None:
        return {}
    stream = require_video(now.picture)
    layout = raw_format(stream)
    colours = colours_of(describe_picture(now.picture), layout)
    faces = faces_on(now.analysis, now.clip, seconds, stream)
    clip = clip_of(now.analysis, now.clip)
    wanted = Chooser(faces, seconds, Terms(WarpOptions().donor_pose_limit_degrees)).wishes(
        warp, gains(clip, warp)
    )
    steps = outcomes(now.picture, faces, wanted, BLENDS[blend](colours))
    return inspect(steps, read_frames(now.picture, layout), layout, colours).summary()


def _row(
    case: Case, output: Path, seconds: NDArray[np.float64], shown: NDArray[np.float64]
) -> dict[str, Any]:
    after = measured(output, None, MeasureOptions(), cache=case.cache, progress=silent, limits=NO_LIMITS)
    clock = np.arange(len(case.truth)) / ANALYSIS_FPS
    truth = np.interp(seconds, clock, case.truth)
    fair = (truth >= 0) & (truth <= seconds[-1])
    before = case.tampered.clip.speaker.score.distance_at_zero
    return {
        "clip": case.video.name,
        "residual_before_ms": float(np.abs(seconds - truth)[fair].mean() * 1000),
        "residual_ms": float(np.abs(shown - truth)[fair].mean() * 1000),
        "distance_before": before,
        "distance": after.clip.speaker.score.distance_at_zero,
        "gain": before - after.clip.speaker.score.distance_at_zero,
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Every clip that is planned anything for; the others are listed."""
    rows: dict[str, list[dict[str, Any]]] = {"retime": [], "poisson": [], "pyramid": []}
    untouched: list[str] = []
    paths = sorted(p for p in options.clips.iterdir() if p.suffix in PICTURES)
    for seed, path in enumerate(paths):
        if options.only and path.stem not in options.only:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            try:
                case = case_of(path, folder, options.plan, seed)
            except LiptuneError as error:
                untouched.append(f"{path.name}: {error.code}")
                continue
            if case.found.warp is None:
                untouched.append(f"{path.name}: {case.found.reason}")
                continue
            rows["retime"].append(retimed(case, folder))
            for blend in BLENDS:
                rows[blend].append(warped(case, blend, folder))
            print(
                path.name, *(f"{name} {found[-1]['gain']:+.3f}" for name, found in rows.items()), flush=True
            )
    return {"rows": rows, "untouched": untouched}


def summary(rows: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, float]]:
    """Means over clips."""
    return {
        name: {
            key: float(np.mean([row[key] for row in found if key in row]))
            for key in found[-1]
            if key != "clip"
        }
        for name, found in rows.items()
        if found
    }


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    result = run(options)
    means = summary(result["rows"])
    for key in means.get("pyramid", {}):
        print(f"{key:24}", *(f"{name} {found[key]:10.4f}" for name, found in means.items() if key in found))
    print(f"{len(result['rows']['retime'])} clips; left alone: {len(result['untouched'])}")
    write_result(
        options.name, {**provenance(load_engine("lite")), "plan": options.plan, "means": means, **result}
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--only", nargs="+", default=None, metavar="NAME", help="without the suffix")
    parser.add_argument("--plan", default="found", choices=["found", "truth"])
    parser.add_argument("--name", default="warp", help="of the JSON file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
