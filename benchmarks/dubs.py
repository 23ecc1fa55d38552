"""What ten sounds under one picture cost, beside one.

    python -m benchmarks.dubs VIDEO [--sounds N]

Measures VIDEO with its own sound, moved by a different time in each of so many files, through one cache: the
picture is looked at once. The ratio is of the time for all to the time for the first, whose cache is empty;
each result is held to the one without a cache.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.record import provenance, write_result
from liptune.core.analysis.cache import FolderCache
from liptune.core.library import NoCache
from liptune.core.operations.measure import measure
from liptune.core.options import MeasureOptions
from tests.media_factory import ffmpeg

STEP_MS = 40


def main() -> None:
    """Runs it, prints the ratio, writes ``results/dubs.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--sounds", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sounds = [moved(given.video, number * STEP_MS, folder) for number in range(given.sounds)]
        timed(given.video, sounds[0], NoCache())  # what is loaded once a process
        cache = FolderCache(folder / "cache")
        runs = [timed(given.video, sound, cache) for sound in sounds]
        last = timed(given.video, sounds[-1], NoCache())
    total, first = sum(seconds for seconds, _ in runs), runs[0][0]
    row = {
        "sounds": len(sounds),
        "times_one": round(total / first, 2),
        "each_further": round((total - first) / first / (len(sounds) - 1), 3),
        "equal": runs[-1][1] == last[1],
    }
    print(row)
    print(write_result("dubs", provenance() | {"video": given.video.name} | row))


def moved(video: Path, ms: int, folder: Path) -> Path:
    """The video's sound, so much later, as a file."""
    sound = folder / f"{ms}.wav"
    ffmpeg("-i", video, "-vn", "-af", f"adelay={ms}:all=1", sound)
    return sound


def timed(video: Path, sound: Path, cache: FolderCache | NoCache) -> tuple[float, object]:
    """Seconds, and the score."""
    begun = time.monotonic()
    done = measure(video, sound, MeasureOptions(), output=None, cache=cache)
    return time.monotonic() - begun, done.result["score"]


if __name__ == "__main__":
    main()
