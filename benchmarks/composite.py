"""How long does it take to put other mouths into a 1080p picture, and to write that?

    python -m benchmarks.composite [--seconds N] [--clip FILE] [--rounds N]

Processor time a frame of each stage, for each blend, and frames a second of the whole pass: decoding,
compositing and encoding in one stream, each mouth from three frames later. Without ``--clip`` the clip is
the bundled sample enlarged to 1080p with a camera's noise (a face of 530 pixels).
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.record import provenance, write_result
from benchmarks.speed import make_clip
from liptune.core.analysis.run import analyse
from liptune.core.engines.registry import load_engine
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.ahead import ahead
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import encoder_for, encoder_options, raw_format
from liptune.core.media.write.picture import describe_picture
from liptune.core.media.write.render import render
from liptune.core.options import MeasureOptions
from liptune.core.sync.calibration import calibration_of
from liptune.core.sync.clip import score_clip
from liptune.core.warp.blends import BLENDS
from liptune.core.warp.colour import colours_of
from liptune.core.warp.donors import Wish
from liptune.core.warp.faces import FrameFaces, faces_on
from liptune.core.warp.transplant import AHEAD_FRAMES, Outcome, outcomes
from liptune.core.warp.types import Composite, Left

LATER = 3


@dataclass(frozen=True)
class Spent:
    """Seconds: of processor time in this process and in its children, and by the clock."""

    own: float
    children: float
    wall: float


@dataclass(frozen=True)
class Source:
    """A clip whose faces are known."""

    info: MediaInfo
    faces: FrameFaces
    wanted: list[Wish]

    def made(self, blend: str) -> Generator[Outcome, None, None]:
        """Every frame, most of them with another mouth."""
        layout = raw_format(require_video(self.info))
        colours = colours_of(describe_picture(self.info), layout)
        return outcomes(self.info, self.faces, self.wanted, BLENDS[blend](colours))


def source_of(clip: Path) -> Source:
    """Finds the faces."""
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
    return Source(info, faces, wanted)


def stages(source: Source, blend: str, folder: Path) -> dict[str, float]:
    """Milliseconds of processor time a frame; what reading and writing pipes costs counts as such."""
    layout, count = raw_format(require_video(source.info)), len(source.wanted)
    read = spent(lambda: exhaust(read_frames(source.info, layout)))
    made = spent(lambda: exhaust(source.made(blend)))
    whole = spent(lambda: written(source, blend, folder / f"{blend}.mp4"))
    seconds = {
        "decode": made.children,
        "composite": made.own - read.own,
        "pipes": whole.own - made.own + read.own,
        "encode": whole.children - made.children,
    }
    rows = {name: 1000 * each / count for name, each in seconds.items()}
    return {**rows, "total": sum(rows.values()), "frames_a_second": count / whole.wall}


def written(source: Source, blend: str, output: Path) -> None:
    """As `core.warp.transplant.transplant` does it."""
    with closing(ahead(source.made(blend), AHEAD_FRAMES)) as steps:
        render(source.info, (step.frame for step, _ in steps), output)


def exhaust(items: Iterable[object]) -> None:
    """Draws all, keeps none."""
    for _ in items:
        pass


def spent(work: Callable[[], None]) -> Spent:
    """What it took."""
    before, begin = _used(), time.perf_counter()
    work()
    after = _used()
    return Spent(after[0] - before[0], after[1] - before[1], time.perf_counter() - begin)


def _used() -> tuple[float, float]:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, children = (resource.getrusage(each) for each in who)
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        clip = options.clip or make_clip(folder / "sample-1080p.mp4", options.seconds)
        source = source_of(clip)
        rounds = [{blend: stages(source, blend, folder) for blend in BLENDS} for _ in range(options.rounds)]
        changed = sum(isinstance(done, Composite) for _, done in source.made("pyramid"))
        video = require_video(source.info)
        encoder = encoder_for(video)
        described = " ".join(
            (encoder.name, *encoder_options(encoder, describe_picture(source.info), raw_format(video)))
        )
    means = {
        blend: {key: round(median(each[blend][key] for each in rounds), 1) for key in rounds[0][blend]}
        for blend in BLENDS
    }
    for blend, row in means.items():
        print(f"{blend:8}", *(f"{name} {value}" for name, value in row.items()))
    size = f"{video.width}x{video.height}, {len(source.wanted)} frames, {changed} changed"
    name = f"composite-{options.clip.stem}" if options.clip else "composite"
    write_result(name, {**provenance(), "clip": size, "encoder": described, "milliseconds": means})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="length of the clip made")
    parser.add_argument("--clip", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
