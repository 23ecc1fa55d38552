"""How long does a measurement take beside decoding alone?

    python -m benchmarks.speed [--engine ID] [--clip FILE] [--seconds N] [--rounds N]

``liptune measure`` as a whole process against ``ffmpeg -i CLIP -f null -``, alternating. Without ``--clip``
the clip is the bundled sample, enlarged to 1080p with a camera's noise and looped.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.network import network_speed
from benchmarks.record import provenance, write_result
from benchmarks.stages import stage_seconds
from liptune.core.engines.registry import engine_ids, load_engine
from liptune.core.media.probe.probe import probe, require_video

SAMPLE = Path("samples/astronaut.mp4")
PICTURE = "scale=1080:1080,pad=1920:1080:420:0,noise=alls=6:allf=t"
CODECS = ("-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-c:a", "aac")


@dataclass(frozen=True)
class Run:
    """Wall clock, processor time with children, and the peak memory of the largest process."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def timed(*command: str | Path) -> Run:
    """Runs a whole process."""
    started = time.perf_counter()
    environment = os.environ | {"LIPTUNE_DATA": tempfile.gettempdir()}
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, child.args)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measured(clip: Path, engine: str) -> Run:
    """Times ``liptune measure``."""
    return timed(sys.executable, "-m", "liptune.cli.main", "measure", "--json", "--engine", engine, clip)


def decoded(clip: Path) -> Run:
    """Times ffmpeg's decoding."""
    return timed("ffmpeg", "-nostdin", "-v", "error", "-i", clip, "-f", "null", "-")


def make_clip(path: Path, seconds: float) -> Path:
    """Loops the bundled sample at 1080p."""
    picture = ("-stream_loop", "-1", "-i", str(SAMPLE), "-t", str(seconds), "-vf", PICTURE)
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *picture, *CODECS, str(path)], check=True)
    return path


def looped(clip: Path, path: Path, minutes: float) -> Path:
    """Repeats a clip, without encoding it again, to the given length."""
    copy = ("-stream_loop", "-1", "-i", str(clip), "-t", str(60 * minutes), "-c", "copy")
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *copy, str(path)], check=True)
    return path


def compare(clip: Path, engine: str, rounds: int) -> dict[str, Any]:
    """Alternates measuring and decoding."""
    pairs = [(measured(clip, engine), decoded(clip)) for _ in range(rounds)]
    return {
        "measure_seconds": [round(ours.seconds, 2) for ours, _ in pairs],
        "decode_seconds": [round(theirs.seconds, 2) for _, theirs in pairs],
        "measure_cpu_seconds": [round(ours.cpu_seconds, 2) for ours, _ in pairs],
        "decode_cpu_seconds": [round(theirs.cpu_seconds, 2) for _, theirs in pairs],
        "ratio": spread([ours.seconds / theirs.seconds for ours, theirs in pairs]),
        "cpu_ratio": spread([ours.cpu_seconds / theirs.cpu_seconds for ours, theirs in pairs]),
    }


def spread(ratios: Sequence[float]) -> dict[str, float]:
    """Median, least and most."""
    return {"median": median(ratios), "least": min(ratios), "most": max(ratios)}


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    engine = load_engine(options.engine)
    with tempfile.TemporaryDirectory() as folder:
        clip = options.clip or make_clip(Path(folder, "sample-1080p.mp4"), options.seconds)
        video = require_video(probe(clip))
        result = {
            "clip": f"{clip.name}, {video.width}x{video.height}, {video.duration_seconds:.1f} s",
            **compare(clip, engine.id, options.rounds),
            "stages": stage_seconds(clip, engine),
            "network": network_speed(engine),
        }
    _print(result)
    name = f"speed-{video.duration_seconds:.0f}s"
    write_result(name if engine.id == "lite" else f"{name}-{engine.id}", {**provenance(engine), **result})


def _print(result: dict[str, Any]) -> None:
    ratio = result["ratio"]
    print(result["clip"])
    print(
        f"measure {median(result['measure_seconds']):.1f} s, ffmpeg {median(result['decode_seconds']):.1f} s"
    )
    print(f"ratio {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})")
    print(f"ratio of processor time {result['cpu_ratio']['median']:.2f}")
    for stage, seconds in result["stages"].items():
        print(f"  {stage:12} {seconds:6.2f} s of processor time")
    print(f"network: {result['network']['both_fps']:.0f} frames a second on one core")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", choices=engine_ids(), default="lite")
    parser.add_argument("--clip", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the clip made")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
