"""Do dubbed lips follow the new sound, and is the picture intact?

    python -m benchmarks.dub [--most N] [--longest SECONDS] [--only NAME ...]

Each clip that is long enough is dubbed twice: with its own sound, as if it were another's, and with the sound
of the next clip. Of the first is told the share of the real clip's own evidence that comes back, (d of
unrelated sound - d of the dub) / (d of unrelated sound - d of the real clip); d of unrelated sound is the
median over the shifts of the real clip. Of the second, the verdict before and after, the same share, and the
verdict on the dub with the sound of the clip after the next: the null. All by the bundled engine and by the
judge, neither of which had a part in the dub. The picture is compared on the frames before encoding:
samples that differ outside of the mask, flicker and colour of the seam, how sharp the mask's inside is beside
the same place in the source, and how many frames a second are made without encoding. Clips come in the order
of their names' digests, so that the first are a fair draw.
"""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2

from benchmarks.dubbing.figures import figures
from benchmarks.dubbing.picture import pictured
from benchmarks.record import provenance, write_result
from liptune.core.analysis.cache import FolderCache
from liptune.core.dub.material import FEWEST_SECONDS
from liptune.core.engines.registry import load_engine
from liptune.core.errors import LiptuneError
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS
from liptune.core.operations.dub import dub
from liptune.core.operations.measure import measured
from liptune.core.options import DubOptions, MeasureOptions
from liptune.core.progress import silent
from liptune.core.sync.types import SyncScore

PICTURES = (".mp4", ".avi", ".mpg", ".mov", ".mkv")
ENGINES = ("lite", "judge")
FAILURES = (LiptuneError, cv2.error, ArithmeticError, LookupError, OSError, ValueError)
Row = dict[str, Any]


def chosen(folder: Path, options: argparse.Namespace) -> list[Path]:
    """The clips with picture and sound that are long enough for a dub, and short enough."""
    named = [path for path in folder.iterdir() if path.suffix in PICTURES]
    asked = [path for path in named if not options.only or path.stem in options.only]
    asked.sort(key=lambda path: sha256(path.name.encode()).digest())
    return [path for path in asked if _fits(path, options.longest)][: options.most]


def _fits(path: Path, longest: float) -> bool:
    try:
        info = probe(path, NO_LIMITS)
    except LiptuneError:
        return False
    seconds = info.video.duration_seconds if info.video and info.audio else 0.0
    return FEWEST_SECONDS < seconds <= longest


def trial(clips: Sequence[Path], at: int, folder: Path, cache: FolderCache) -> Row:
    """What is told of a clip, JSON-ready."""
    clip, other, third = (clips[(at + step) % len(clips)] for step in range(3))
    own = folder / f"own{clip.suffix}"
    shutil.copyfile(clip, own)
    row: Row = {"clip": clip.name, "other": other.name, "third": third.name}
    real = {engine: _score(clip, None, engine, cache) for engine in ENGINES}
    for name, sound in (("own", own), ("other", other)):
        done = dub(clip, sound, DubOptions(), output=folder / name, cache=cache)
        made = done.artifacts[0]
        row[name] = {
            engine: _followed(
                real[engine], _score(clip, sound, engine, cache), _score(made, None, engine, cache)
            )
            for engine in ENGINES
        } | {"changed": done.result["dub"]["share_changed"], "left": done.result["dub"]["left"]}
    row["null"] = {engine: _score(made, third, engine, cache).verdict.value for engine in ENGINES}
    row["picture"] = pictured(clip, other, cache)
    return row


def _followed(real: SyncScore, before: SyncScore, after: SyncScore) -> dict[str, Any]:
    unrelated = real.lse_d + real.lse_c
    return {
        "before": before.verdict.value,
        "after": after.verdict.value,
        "confidence": after.confidence,
        "share": (unrelated - after.distance_at_zero) / (unrelated - real.lse_d),
    }


def _score(clip: Path, sound: Path | None, engine: str, cache: FolderCache) -> SyncScore:
    options = MeasureOptions.model_validate({"engine": engine})
    found = measured(clip, sound, options, cache=cache, progress=silent, limits=NO_LIMITS)
    return found.clip.speaker.score


def run(options: argparse.Namespace) -> None:
    """Tells of each clip as it comes, and writes what there is after each."""
    told = {**provenance(load_engine("lite")), "longest": options.longest, "most": options.most}
    clips, rows, unused = chosen(options.clips, options), list[Row](), dict[str, str]()
    for at, clip in enumerate(clips):
        with tempfile.TemporaryDirectory() as folder:
            try:
                rows.append(trial(clips, at, Path(folder), FolderCache(options.kept)))
            except FAILURES as error:
                print(error)  # Not into the record: it may name a folder of this machine.
                unused[clip.name] = f"failed: {type(error).__name__}"
        print(unused.get(clip.name) or rows[-1], flush=True)
        told |= {"unused": unused, "figures": figures(rows), "rows": rows}
        write_result(options.name, told)
    for name, value in figures(rows).items():
        print(f"{name:40} {value}")


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--only", nargs="+", default=None, metavar="NAME", help="without the suffix")
    parser.add_argument("--longest", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--most", type=int, default=None, metavar="N", help="clips at most")
    parser.add_argument(
        "--kept", type=Path, default=Path("out/benchmarks/dub"), help="folder of analyses, by content"
    )
    parser.add_argument("--name", default="dub", help="of the JSON file")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
