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

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.dubbing.clips import Row, options_of, run
from benchmarks.dubbing.figures import figures
from benchmarks.dubbing.picture import pictured
from benchmarks.record import provenance
from liptune.core.analysis.cache import FolderCache
from liptune.core.engines.registry import load_engine
from liptune.core.media.types import NO_LIMITS
from liptune.core.operations.dub import dub
from liptune.core.operations.measure import measured
from liptune.core.options import DubOptions, MeasureOptions
from liptune.core.progress import silent
from liptune.core.sync.types import SyncScore

ENGINES = ("lite", "judge")


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


def main() -> None:
    """Runs the benchmark."""
    run(options_of(__doc__, "dub"), provenance(load_engine("lite")), trial, figures)


if __name__ == "__main__":
    main()
