"""Measures what copies that nobody harmed differ by, for the margins of `core.sync.worse`.

    python -m training.calibrate_worse [--clips ../shared/clips/train] [--count 60] [--seconds 240]

Clips are taken evenly from the folder until the time is up. Each is drawn again frame by frame, copied with
its sound 80 ms later, and copied into Matroska; each copy is measured as its source was, where both have
evidence. Printed: how far the distance at zero shift rose, and how far the offset was from what it should be;
then the 99th percentiles over what keeps its container. AAC that goes from MP4 into Matroska comes one packet
late: that is no noise, and has a line of its own.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from liptune.core.errors import LiptuneError
from liptune.core.library import NoCache
from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS
from liptune.core.media.write.remux import shift_audio
from liptune.core.media.write.render import render_picks
from liptune.core.operations.measure import measured
from liptune.core.options import MeasureOptions
from liptune.core.progress import silent
from liptune.core.sync.types import SyncScore, Verdict

LATER_SECONDS = 0.08


def _score(path: Path) -> SyncScore:
    options = MeasureOptions()
    found = measured(path, None, options, cache=NoCache(), progress=silent, limits=NO_LIMITS)
    return found.clip.speaker.score


def _copies(clip: Path, folder: Path) -> Iterator[tuple[str, float, Path]]:
    """What was done, by how many ms the sound is later, and the copy."""
    info = probe(clip, NO_LIMITS)
    every = np.arange(len(frame_times(info).ticks))
    yield "drawn again", 0.0, render_picks(info, every, folder / "drawn.mp4").path
    yield "into Matroska", 0.0, shift_audio(info, 0.0, folder / "copied.mkv").path
    yield "moved", 1000 * LATER_SECONDS, shift_audio(info, LATER_SECONDS, folder / "moved.mp4").path


def _differences(clip: Path, folder: Path) -> Iterator[tuple[str, float, float]]:
    """What was done, how far the distance rose, and how far the offset is off, in ms."""
    before = _score(clip)
    if before.verdict is Verdict.NO_EVIDENCE:
        return
    for done, later, copy in _copies(clip, folder):
        after = _score(copy)
        if after.verdict is not Verdict.NO_EVIDENCE:
            rise = after.distance_at_zero - before.distance_at_zero
            yield done, rise, abs(after.offset_ms - (before.offset_ms - later))


def main() -> None:
    """Prints a line for each way of copying, and the margins."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/train"))
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=240.0)
    given = parser.parse_args()
    clips = sorted(given.clips.glob("*.mp4"))
    chosen = clips[:: max(1, len(clips) // given.count)]
    end, used, rows = time.monotonic() + given.seconds, 0, list[tuple[str, float, float]]()
    for clip in np.random.default_rng(0).permutation(np.array(chosen, object)).tolist():
        if time.monotonic() > end:
            break
        with TemporaryDirectory() as folder:
            try:
                made = list(_differences(clip, Path(folder)))
            except LiptuneError as error:
                print(f"{clip.name}: {error.code}")
                continue
        used += bool(made)
        rows += made
    print(f"{used} clips with evidence")
    for done in sorted({done for done, _, _ in rows}):
        rises, offsets = np.array([row[1:] for row in rows if row[0] == done]).T
        print(f"{done}: rise {_told(rises)}, offset off by {_told(offsets)} ms")
    print(f"distance: {np.percentile([rise for done, rise, _ in rows if done == 'drawn again'], 99):.4f}")
    print(
        f"offset: {np.percentile([error for done, _, error in rows if done != 'into Matroska'], 99):.1f} ms"
    )


def _told(values: np.ndarray) -> str:
    return f"median {np.median(values):.4f}, 99 % {np.percentile(values, 99):.4f}, most {values.max():.4f}"


if __name__ == "__main__":
    main()
