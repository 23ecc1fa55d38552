"""The 68 points by dlib's predictor, whose training data (iBUG 300-W) excludes commercial use: an extra."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import dlib
import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import LandmarksUnavailable
from liptune.core.faces.geometry import Box, box_of, centre, iou, moved, scaled, side
from liptune.core.faces.huge_pages import gather_heap
from liptune.core.faces.images import Gray, cut_out, resized
from liptune.core.faces.landmarks import Landmarks

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

MAX_SPREAD = 0.008
"""Disagreement between predictions that a face never shows (training clips: 0.003 at most; walls: 0.011)."""

VERIFY_EVERY = 5
"""Frames between looks at whether the predictions from different boxes agree that it is a face."""


@dataclass(frozen=True)
class Predicted(Landmarks):
    """``look``: a thumbnail of the face as a unit vector, whose product with another's is their correlation.

    ``since``: frames since predictions from several boxes agreed that it is a face.
    """

    look: NDArray[np.float32]
    since: int


@cache
def predictor() -> "dlib.shape_predictor":
    """Loads the 68-point predictor once per process.

    Its package is located, not imported: importing it asks for setuptools' pkg_resources.
    """
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LandmarksUnavailable(
            "The 68-point predictor of dlib is not installed.", remedy="pip install 'liptune[dlib68]'"
        )
    loaded = dlib.shape_predictor(str(Path(spec.submodule_search_locations[0]) / MODEL_FILE))
    gather_heap()
    return loaded


class Dlib68:
    """dlib's 68-point predictor, averaged over predictions from several boxes."""

    def __init__(self) -> None:
        predictor()

    def locate(self, gray: Gray, box: Box) -> Predicted | None:
        """The first prediction re-centres the box.

        On a face the predictions agree to about a hundredth; on anything else each box gives its own.
        """
        view = _View(gray, box)
        first = _predict(view.gray, view.box)
        home = box_of(first)
        takes = [_predict(view.gray, moved(home, *nudge)) for nudge in NUDGES]
        if iou(home, view.box) > STEADY_IOU:
            takes.append(first)
        points = np.stack(takes).mean(axis=0)
        if float(np.abs(np.stack(takes) - points).mean()) / FACE_SIDE > MAX_SPREAD:
            return None
        return Predicted(view.outside(points), view.look, 0)

    def follow(self, gray: Gray, last: Landmarks) -> Predicted | None:
        """One prediction, a third of the work of `locate`; once smoothed, as steady."""
        if not isinstance(last, Predicted) or last.since >= VERIFY_EVERY - 1:
            return None
        view = _View(gray, box_of(last.points))
        if float(np.vdot(view.look, last.look)) < STEADY_LOOK:
            return None
        points = _predict(view.gray, view.box)
        if iou(box_of(points), view.box) < STEADY_IOU:
            return None
        return Predicted(view.outside(points), view.look, last.since + 1)


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
