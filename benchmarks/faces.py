"""How much of each clip has a face that can be scored?

    python -m benchmarks.faces [--clips DIR] [--side PIXELS]

Per clip: frames on the 25 fps timeline, the share in which a tracked face was seen (bridged gaps do not
count), tracks and cuts.
"""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.record import provenance, write_result
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.tracker import FaceTracker
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.decode import decode_frames

AIM = 0.95


@dataclass(frozen=True)
class Row:
    """One clip. ``largest_face`` is in source pixels."""

    clip: str
    frames: int
    tracked: float
    tracks: int
    cuts: int
    largest_face: float


def clips_in(folder: Path) -> list[Path]:
    """The videos of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in {".mp4", ".avi", ".mpg"})


def measure(clip: Path, side: int) -> Row:
    """Follows the faces of one clip."""
    tracker = FaceTracker(landmark_model())
    seen, cuts, tracks = 0, 0, set[int]()
    for frame in tracker.follow(decode_frames(probe(clip), side=side, colour="gray")):
        seen += any(face.seen for face in frame.faces)
        cuts += frame.cut
        tracks |= {face.track for face in frame.faces}
    sightings = tracker.sightings
    share = seen / max(1, sightings.frames)
    return Row(clip.name, sightings.frames, share, len(tracks), cuts, round(sightings.largest_face, 1))


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    rows = []
    for clip in clips_in(options.clips):
        row = measure(clip, options.side)
        rows.append(row)
        print(f"{row.clip:32} {row.frames:5} frames  {row.tracked:6.1%}  {row.tracks} tracks", flush=True)
    reached = sum(row.tracked >= AIM for row in rows)
    frames = sum(row.frames for row in rows)
    overall = sum(row.tracked * row.frames for row in rows) / max(1, frames)
    print(f"{reached} of {len(rows)} clips at {AIM:.0%} or more; {overall:.1%} of {frames} frames")
    result = {"side": options.side, "overall": overall, "clips": [asdict(row) for row in rows]}
    write_result("faces", {**provenance(), **result})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--side", type=int, default=480, help="longer side decoded, as the lite engine does")
    return parser.parse_args()


if __name__ == "__main__":
    main()
