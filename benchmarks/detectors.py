"""Which detector finds more faces for less time, in single frames?

    python -m benchmarks.detectors --models FOLDER [--clips DIR] [--every FRAMES]

HOG as the product runs it (its nearest reach, and with the wider ones that follow where that finds
nothing) beside MediaPipe's short- and full-range detectors, whose ``.tflite`` files ``--models`` holds; all
see the same grey frames. A find counts where the face mesh, which no detector is part of, sees a face there.
What is there to be found is what any of them finds in that frame: a face that none finds is missed by none.
The same frames are shown again with the face brought to 40 pixels, and faces turned by 30 and by 60
degrees and more are counted apart.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import atan, degrees
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from benchmarks.faces import clips_in
from benchmarks.record import provenance, write_result
from liptune.core.faces.detect import Detection, Detector, Reach, distinct
from liptune.core.faces.geometry import Box, box_of, iou, side
from liptune.core.faces.images import Gray
from liptune.core.faces.mesh.model import Mesh
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.decode import decode_frames

SIDE = 480
SMALL = 40
TURNED_DEGREES = (30, 60)
DEPTH = 1.295
"""The nose's distance from the line between the cheeks' edges, in halves of that line: MediaPipe's canonical
face, points 1, 234 and 454."""
SAME_FACE = 0.3

Find = Callable[[Gray], list[Detection]]
Grid = tuple[int, int]


@dataclass(frozen=True)
class Network:
    """A single-shot detector. ``grids``: cells a side, and anchors in each."""

    file: str
    grids: tuple[Grid, ...]
    least: float


SHORT = Network("face_detection_short_range.tflite", ((16, 2), (8, 6)), 0.5)
FULL = Network("face_detection_full_range_sparse.tflite", ((48, 1),), 0.6)


class SingleShot:
    """One of MediaPipe's detectors on a whole frame, padded to a square."""

    def __init__(self, network: Network, models: Path) -> None:
        self._run = Interpreter(str(models / network.file), num_threads=1)
        self._run.allocate_tensors()
        self._entrance = self._run.get_input_details()[0]
        self._exits = sorted(self._run.get_output_details(), key=lambda each: -each["shape"][-1])
        self._anchors = _anchors(network.grids)
        self._least = float(np.log(network.least / (1 - network.least)))

    def __call__(self, gray: Gray) -> list[Detection]:
        """The faces, best first."""
        longer, size = max(gray.shape), int(self._entrance["shape"][1])
        square = np.zeros((longer, longer), np.uint8)
        square[: gray.shape[0], : gray.shape[1]] = gray
        shown = cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA)[..., None]
        shown = np.repeat(shown.astype(np.float32) / 127.5 - 1, 3, axis=-1)[None]
        self._run.set_tensor(self._entrance["index"], shown)
        self._run.invoke()
        boxes, logits = (self._run.get_tensor(each["index"])[0] for each in self._exits)
        return distinct(
            Detection(_box(boxes[at], self._anchors[at], size, longer), float(logits[at, 0]))
            for at in np.flatnonzero(logits[:, 0] > self._least)
        )


def _anchors(grids: Sequence[Grid]) -> NDArray[np.float64]:
    """(n, 2) middles of the anchors, in sides of the input."""
    return np.concatenate(
        [
            np.repeat(
                np.stack(np.meshgrid(*[(np.arange(cells) + 0.5) / cells] * 2), -1).reshape(-1, 2), each, 0
            )
            for cells, each in grids
        ]
    )


def _box(raw: NDArray[np.float32], anchor: NDArray[np.float64], size: int, longer: int) -> Box:
    x, y = (raw[:2] / size + anchor) * longer
    wide, high = raw[2:4] / size * longer
    return float(x - wide / 2), float(y - high / 2), float(x + wide / 2), float(y + high / 2)


def detectors(models: Path) -> Mapping[str, Find]:
    """Each by its name."""
    hog = Detector()

    def wider(gray: Gray) -> list[Detection]:
        tried = (hog.search(gray, reach) for reach in (Reach.NEAR, Reach.MEDIUM, Reach.CROP, Reach.FAR))
        return next(filter(None, tried), [])

    return {
        "HOG, near": lambda gray: hog.search(gray, Reach.NEAR),
        "HOG, wider where empty": wider,
        "short range": SingleShot(SHORT, models),
        "full range": SingleShot(FULL, models),
    }


@dataclass(frozen=True)
class Look:
    """A frame. ``faces``: what is there, each with how far it is turned. ``found``: by each detector, which
    of them. ``seconds``: of processor time."""

    faces: tuple[tuple[Box, float], ...]
    found: Mapping[str, frozenset[int]]
    seconds: Mapping[str, float]


def look(gray: Gray, finders: Mapping[str, Find], mesh: Mesh) -> Look:
    """What each finds in a frame."""
    faces: list[tuple[Box, float]] = []
    found: dict[str, frozenset[int]] = {}
    seconds: dict[str, float] = {}
    for name, find in finders.items():
        begun = time.process_time()
        detections = find(gray)
        seconds[name] = time.process_time() - begun
        found[name] = frozenset(_among(faces, detections, gray, mesh))
    return Look(tuple(faces), found, seconds)


def _among(
    faces: list[tuple[Box, float]], detections: Sequence[Detection], gray: Gray, mesh: Mesh
) -> Iterator[int]:
    """Which faces the detections are, by what the mesh sees there; new ones are added."""
    for detection in detections:
        seen = mesh.locate(gray, detection.box)
        if seen is None:
            continue
        box = box_of(seen.points)
        at = next((k for k, (other, _) in enumerate(faces) if iou(box, other) > SAME_FACE), len(faces))
        if at == len(faces):
            faces.append((box, turned(seen.points)))
        yield at


def turned(points: NDArray[np.float32]) -> float:
    """By how many degrees a head is turned from the camera, from (68, 2) points."""
    across = points[16] - points[0]
    nose = points[30] - (points[0] + points[16]) / 2
    share = abs(float(nose @ across)) / max(float(across @ across) / 2, 1e-6)
    return degrees(atan(share / DEPTH))


def shrunk(gray: Gray, face: Box) -> Gray:
    """The frame with that face at 40 pixels, in a grey one of the same size."""
    small = cv2.resize(gray, None, fx=SMALL / side(face), fy=SMALL / side(face), interpolation=cv2.INTER_AREA)
    shown = np.full_like(gray, 128)
    shown[: small.shape[0], : small.shape[1]] = small
    return shown


def row(name: str, looks: Sequence[Look], *, least_turned: float = 0.0) -> dict[str, float | int | str]:
    """A detector's line: the share of the faces that it finds, and its time."""
    there = [(each, k) for each in looks for k, (_, turn) in enumerate(each.faces) if turn >= least_turned]
    return {
        "detector": name,
        "faces": len(there),
        "found": float(np.mean([k in each.found[name] for each, k in there])) if there else 0.0,
        "ms": 1000 * float(np.mean([each.seconds[name] for each in looks])),
    }


def main() -> None:
    """Prints the tables and writes the record."""
    chosen = _options()
    finders, mesh = detectors(chosen.models), Mesh()
    whole: list[Look] = []
    small: list[Look] = []
    for clip in clips_in(chosen.clips):
        frames = (
            gray for batch in decode_frames(probe(clip), side=SIDE, colour="gray") for gray in batch.frames
        )
        for gray in islice(frames, 0, None, chosen.every):
            whole.append(look(gray, finders, mesh))
            largest = max((box for box, _ in whole[-1].faces), key=side, default=None)
            if largest and side(largest) > SMALL:
                small.append(look(shrunk(gray, largest), finders, mesh))
    tables = {
        "whole": [row(name, whole) for name in finders],
        "small": [row(name, small) for name in finders],
    }
    for least in TURNED_DEGREES:
        tables[f"turned by {least}"] = [row(name, whole, least_turned=least) for name in finders]
    for title, lines in tables.items():
        print(title, *lines, sep="\n  ")
    print("written to", write_result("detectors", {**provenance(), "every": chosen.every, **tables}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--every", type=int, default=12, help="frames from one look to the next")
    return parser.parse_args()


if __name__ == "__main__":
    main()
