"""How long does rendering take beside a plain transcode with the same encoder settings, and how much memory?

    python -m benchmarks.render [--clip FILE] [--seconds N] [--rounds N]

Whole processes with their children, alternating; processor time beside the wall clock, which other work on
the machine makes useless. Without ``--clip`` the clip is the bundled sample at 1080p, looped. Memory is that
of the largest process, for a small copy of the clip and for one ten times as long.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.record import provenance, write_result
from benchmarks.speed import Run, looped, make_clip, spread, timed
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.write.codecs import encoder_for


def rendered(clip: Path, output: Path) -> Run:
    """Times our rendering."""
    return timed(sys.executable, "-m", "benchmarks.rerender", clip, output)


def transcoded(clip: Path, output: Path) -> Run:
    """Times ffmpeg with the settings that rendering uses."""
    encoder = encoder_for(require_video(probe(clip)))
    settings = ("-c:v", encoder.name, *encoder.options, "-c:a", "copy")
    return timed("ffmpeg", "-nostdin", "-v", "error", "-y", "-i", clip, *settings, output)


def compare(clip: Path, rounds: int, folder: Path) -> dict[str, Any]:
    """Alternates the two."""
    pairs = [(rendered(clip, folder / "a.mp4"), transcoded(clip, folder / "b.mp4")) for _ in range(rounds)]
    return {
        "render_seconds": [round(ours.seconds, 2) for ours, _ in pairs],
        "transcode_seconds": [round(theirs.seconds, 2) for _, theirs in pairs],
        "render_cpu_seconds": [round(ours.cpu_seconds, 2) for ours, _ in pairs],
        "transcode_cpu_seconds": [round(theirs.cpu_seconds, 2) for _, theirs in pairs],
        "ratio": spread([ours.seconds / theirs.seconds for ours, theirs in pairs]),
        "cpu_ratio": spread([ours.cpu_seconds / theirs.cpu_seconds for ours, theirs in pairs]),
    }


def peak_mib(clip: Path, folder: Path) -> dict[str, int]:
    """Peak memory of rendering a small copy of the clip, and one ten times as long."""
    small = folder / "small.mp4"
    scale = ("-vf", "scale=320:-2", "-c:a", "copy")
    subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(clip), *scale, str(small)], check=True
    )
    seconds = require_video(probe(small)).duration_seconds
    long = looped(small, folder / "long.mp4", 10 * seconds / 60)
    return {
        f"{length:.0f} s": round(rendered(path, folder / "c.mp4").peak_mib)
        for path, length in ((small, seconds), (long, 10 * seconds))
    }


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = options.clip or make_clip(folder / "sample-1080p.mp4", options.seconds)
        video = require_video(probe(clip))
        result = {
            "clip": f"{clip.name}, {video.width}x{video.height}, {video.duration_seconds:.1f} s",
            **compare(clip, options.rounds, folder),
            "peak_mib": peak_mib(clip, folder),
        }
    _print(result)
    write_result(f"render-{video.duration_seconds:.0f}s", {**provenance(), **result})


def _print(result: dict[str, Any]) -> None:
    print(result["clip"])
    for name, kind in (("wall clock", ""), ("processor time", "cpu_")):
        ours, theirs = (median(result[f"{who}_{kind}seconds"]) for who in ("render", "transcode"))
        ratio = result[f"{kind}ratio"]
        print(
            f"{name}: render {ours:.1f} s, ffmpeg {theirs:.1f} s, "
            f"ratio {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})"
        )
    for length, peak in result["peak_mib"].items():
        print(f"peak memory, {length}: {peak} MiB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clip", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
