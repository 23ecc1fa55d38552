"""The 68 iBUG points of a face, steadied by showing the regressor an enlarged face from several boxes."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import dlib
import numpy as np
from numpy.typing import NDArray

from core.faces.geometry import Box, box_of, centre, iou, moved, scaled, side
from core.faces.images import Gray, cut_out, resized

MODEL_PACKAGE = "face_recognition_models"
MODEL_FILE = "models/shape_predictor_68_face_landmarks.dat"

FACE_SIDE = 320
"""Pixels the box is brought to: the regressor answers in whole pixels, a visible jitter on small faces."""

MARGIN = 0.35
"""Surroundings shown to the regressor on each side, in box sides."""

NUDGES = ((-0.04, 0.02, 1.04), (0.04, -0.02, 0.96))
"""Shifts (in box sides) and zooms of the boxes averaged over: what noise is left is mostly the box's."""

STEADY_IOU = 0.8
"""A first prediction whose own box overlaps the one it was given this well is as good as the others."""


@dataclass(frozen=True)
class Landmarks:
    """``points``: (68, 2) float32 pixels. ``spread``: mean disagreement between boxes, in box sides.

    On a face the predictions agree to about a hundredth; on anything else each box gives its own.
    """

    points: NDArray[np.float32]
    spread: float


@cache
def predictor() -> "dlib.shape_predictor":
    """Loads the 68-point predictor once per process.

    Its package is located, not imported: importing it asks for setuptools' pkg_resources.
    """
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{MODEL_PACKAGE} is not installed", name=MODEL_PACKAGE)
    return dlib.shape_predictor(str(Path(spec.submodule_search_locations[0]) / MODEL_FILE))


def locate(gray: Gray, box: Box) -> Landmarks:
    """Returns the landmarks of the face at or near ``box`` in a (H, W) uint8 frame.

    The first prediction re-centres the box, so it may lag the face by a fair part of its size.
    """
    size = side(box)
    (x, y), reach = centre(box), size * (0.5 + MARGIN)
    left, top = round(x - reach), round(y - reach)
    patch = cut_out(gray, left, top, max(2, round(2 * reach)))
    factor = FACE_SIDE / size
    enlarged = resized(patch, round(len(patch) * factor), round(len(patch) * factor))
    takes = _takes(enlarged, scaled((box[0] - left, box[1] - top, box[2] - left, box[3] - top), factor))
    points = takes.mean(axis=0)
    spread = float(np.abs(takes - points).mean()) / FACE_SIDE
    return Landmarks((points / factor + (left, top)).astype(np.float32), spread)


def _takes(gray: Gray, box: Box) -> NDArray[np.float32]:
    first = _predict(gray, box)
    home = box_of(first)
    takes = [_predict(gray, moved(home, *nudge)) for nudge in NUDGES]
    if iou(home, box) > STEADY_IOU:
        takes.append(first)
    return np.stack(takes)


def _predict(gray: Gray, box: Box) -> NDArray[np.float32]:
    left, top, right, bottom = (round(edge) for edge in box)
    found = predictor()(gray, dlib.rectangle(left, top, right - 1, bottom - 1))
    parts = [found.part(i) for i in range(found.num_parts)]
    return np.array([(p.x, p.y) for p in parts], np.float32)
