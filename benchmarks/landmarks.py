"""How far apart are the mesh's 68 points and dlib's, and what does each cost?

    python -m benchmarks.landmarks [--clips DIR] [--every FRAMES]

Faces are followed with dlib's predictor (the extra `dlib68`); on every so many frames the mesh is asked where
the points are. Printed for each part of the face: the median over clips of the median distance, in distances
between the eyes; then the mean opening of the mouth's correlation, and milliseconds a look.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.faces import clips_in
from benchmarks.record import provenance, write_result
from liptune.core.faces.dlib68 import Dlib68
from liptune.core.faces.geometry import between_eyes, box_of
from liptune.core.faces.images import to_gray
from liptune.core.faces.mesh.model import Mesh
from liptune.core.faces.tracker import FaceTracker
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.decode import decode_frames

SIDE = 480
FEWEST = 5
PARTS = {
    "jaw": slice(0, 17),
    "brows": slice(17, 27),
    "nose": slice(27, 36),
    "eyes": slice(36, 48),
    "lips": slice(48, 68),
}
UPPER_LIP, LOWER_LIP = 62, 66

Points = NDArray[np.float32]


def pairs(clip: Path, every: int) -> tuple[Points, Points, float]:
    """(n, 68, 2) points of both models on the same frames, and seconds that the mesh took for a look."""
    mesh, found, spent = Mesh(), [], 0.0
    frames = decode_frames(probe(clip), side=SIDE, colour="gray")
    for frame in FaceTracker(Dlib68()).follow(frames):
        if frame.index % every or not frame.faces or not frame.faces[0].seen:
            continue
        theirs, gray = frame.faces[0].landmarks, to_gray(frame.pixels)
        near = mesh.locate(gray, box_of(theirs))
        begun = time.perf_counter()
        own = near and mesh.follow(gray, near)
        spent += time.perf_counter() - begun
        if own is not None:
            found.append((theirs, own.points))
    both = np.array(found, np.float32).reshape(-1, 2, 68, 2)
    return both[:, 0], both[:, 1], spent / max(len(found), 1)


def apart(theirs: Points, own: Points) -> dict[str, float]:
    """Median distance in each part, in distances between the eyes."""
    distances = np.linalg.norm(theirs - own, axis=2) / between_eyes(theirs)[:, None]
    return {part: float(np.median(distances[:, points])) for part, points in PARTS.items()}


def _opening(points: Points) -> NDArray[np.float64]:
    opening: NDArray[np.float64] = np.linalg.norm(points[:, UPPER_LIP] - points[:, LOWER_LIP], axis=1)
    return opening


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--every", type=int, default=3)
    given = parser.parse_args()
    rows, correlations, costs = [], [], []
    for clip in clips_in(given.clips):
        theirs, own, seconds = pairs(clip, given.every)
        if len(own) < FEWEST:
            continue
        rows.append({"clip": clip.name, "frames": len(own), **apart(theirs, own)})
        correlations.append(float(np.corrcoef(_opening(theirs), _opening(own))[0, 1]))
        costs.append(seconds)
        print(rows[-1], flush=True)
    told = {
        "clips": len(rows),
        "eye_distances": {part: round(float(np.median([row[part] for row in rows])), 3) for part in PARTS},
        "opening_correlation": round(float(np.mean(correlations)), 3),
        "mesh_ms": round(1000 * float(np.median(costs)), 2),
    }
    print(told)
    write_result("landmarks", {**provenance(), **told, "rows": rows})


if __name__ == "__main__":
    main()
