"""Finds the 68 iBUG points of a face, (68, 2), averaged over predictions from several boxes."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import dlib
import numpy as np
from numpy.typing import NDArray

from liptune.core.faces.geometry import Box, box_of, centre, iou, moved, scaled, side
from liptune.core.faces.huge_pages import gather_heap
from liptune.core.faces.images import Gray, cut_out, resized

MODEL_PACKAGE = "face_recognition_models"
MODEL_FILE = "models/shape_predictor_68_face_landmarks.dat"

FACE_SIDE = 320
"""Pixels the box is brought to: the regressor answers in whole pixels, a visible jitter on small faces."""

MARGIN = 0.35
"""Surroundings shown to the regressor on each side, in box sides."""

NUDGES = ((-0.04, 0.02, 1.04), (0.04, -0.02, 0.96))
"""Shifts (in box sides) and zooms of the boxes averaged over: what noise is left is mostly the box's."""

LOOK_SIDE = 16
STEADY_LOOK = 0.95
"""Least correlation of thumbnails in successive frames (training clips: 0.98 at the fifth percentile)."""

STEADY_IOU = 0.8
"""A first prediction whose own box overlaps the one it was given this well is as good as the others."""


@dataclass(frozen=True)
class Landmarks:
    """``points``: (68, 2) float32 pixels. ``spread``: mean disagreement between boxes, in box sides.

    On a face the predictions agree to about a hundredth; on anything else each box gives its own. ``look``:
    a thumbnail of the face as a unit vector, whose product with another's is their correlation.
    """

    points: NDArray[np.float32]
    spread: float
    look: NDArray[np.float32]


@cache
def predictor() -> "dlib.shape_predictor":
    """Loads the 68-point predictor once per process.

    Its package is located, not imported: importing it asks for setuptools' pkg_resources.
    """
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{MODEL_PACKAGE} is not installed", name=MODEL_PACKAGE)
    loaded = dlib.shape_predictor(str(Path(spec.submodule_search_locations[0]) / MODEL_FILE))
    gather_heap()
    return loaded


def locate(gray: Gray, box: Box) -> Landmarks:
    """Returns the landmarks of the face at or near ``box`` in a (H, W) uint8 frame.

    The first prediction re-centres the box, so it may lag the face by a fair part of its size.
    """
    view = _View(gray, box)
    first = _predict(view.gray, view.box)
    home = box_of(first)
    takes = [_predict(view.gray, moved(home, *nudge)) for nudge in NUDGES]
    if iou(home, view.box) > STEADY_IOU:
        takes.append(first)
    points = np.stack(takes).mean(axis=0)
    spread = float(np.abs(np.stack(takes) - points).mean()) / FACE_SIDE
    return Landmarks(view.outside(points), spread, view.look)


def follow(gray: Gray, box: Box, look: NDArray[np.float32]) -> Landmarks | None:
    """Returns the landmarks of a face that hardly changed since it was at ``box`` and had that ``look``.

    One prediction, a third of the work of `locate`; once smoothed, as steady. None where the face moved or
    changed more, or is gone.
    """
    view = _View(gray, box)
    if float(np.vdot(view.look, look)) < STEADY_LOOK:
        return None
    points = _predict(view.gray, view.box)
    if iou(box_of(points), view.box) < STEADY_IOU:
        return None
    return Landmarks(view.outside(points), 0.0, view.look)


class _View:
    """The surroundings of a box, enlarged, and the box within."""

    def __init__(self, gray: Gray, box: Box) -> None:
        size = side(box)
        (x, y), reach = centre(box), size * (0.5 + MARGIN)
        self._left, self._top = round(x - reach), round(y - reach)
        self._factor = FACE_SIDE / size
        patch = cut_out(gray, self._left, self._top, max(2, round(2 * reach)))
        enlarged = round(len(patch) * self._factor)
        self.gray = resized(patch, enlarged, enlarged)
        self.box = scaled(scaled(box, 1, -self._left, -self._top), self._factor)
        self.look = _look(patch)

    def outside(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns points of the view in the frame."""
        return np.asarray(points / self._factor + (self._left, self._top), np.float32)


def _look(patch: Gray) -> NDArray[np.float32]:
    small = resized(patch, LOOK_SIDE, LOOK_SIDE).astype(np.float32).ravel()
    small -= small.mean()
    return np.asarray(small / max(float(np.linalg.norm(small)), 1e-6), np.float32)


def _predict(gray: Gray, box: Box) -> NDArray[np.float32]:
    left, top, right, bottom = (round(edge) for edge in box)
    found = predictor()(gray, dlib.rectangle(left, top, right - 1, bottom - 1))
    parts = [found.part(i) for i in range(found.num_parts)]
    return np.array([(p.x, p.y) for p in parts], np.float32)
