"""How long does it take to put other mouths into a 1080p picture, without decoding and encoding?

    python -m benchmarks.composite [--seconds N]

Processor time on one core for each blend, on the bundled sample enlarged to 1080p (a face of 530 pixels),
each mouth from three frames later. Decoding and encoding run beside it, in processes of ffmpeg.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.record import provenance, write_result
from benchmarks.speed import make_clip
from core.analysis.run import analyse
from core.engines.registry import load_engine
from core.media.encoders import raw_format
from core.media.picture import describe_picture
from core.media.probe import probe, require_video
from core.media.times import frame_times
from core.options import MeasureOptions
from core.sync.calibration import calibration_of
from core.sync.clip import score_clip
from core.warp.blends import BLENDS
from core.warp.colour import colours_of
from core.warp.donors import Wish
from core.warp.faces import faces_on
from core.warp.transplant import outcomes
from core.warp.types import Composite, Left

LATER = 3


def speeds(clip: Path) -> dict[str, Any]:
    """Changed frames a second of processor time, by blend."""
    info = probe(clip)
    made = analyse(info, info, load_engine("lite"))
    scored = score_clip(made, MeasureOptions(), calibration_of(made.engine))
    seconds = frame_times(info).seconds
    faces = faces_on(made, scored, seconds, require_video(info))
    last = len(seconds) - 1
    wanted = [
        Wish((min(at + LATER, last),), (0.0,))
        if at < last and faces.track[at] >= 0
        else Wish(left=Left.NO_FACE)
        for at in range(len(seconds))
    ]
    colours = colours_of(describe_picture(info), raw_format(require_video(info)))
    found: dict[str, Any] = {}
    for name, blend in BLENDS.items():
        begin = time.process_time()
        done = [result for _, result in outcomes(info, faces, wanted, blend(colours))]
        changed = sum(isinstance(each, Composite) for each in done)
        found[name] = {"frames": changed, "fps": round(changed / (time.process_time() - begin), 1)}
    return found


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = speeds(make_clip(Path(folder, "sample-1080p.mp4"), options.seconds))
    for name, row in result.items():
        print(f"{name:8} {row['fps']:6.1f} frames a second of one core ({row['frames']} frames)")
    write_result("composite", {**provenance(), "blends": result})


if __name__ == "__main__":
    main()
