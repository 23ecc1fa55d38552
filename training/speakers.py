"""Tells the people of the training clips apart, so that validation hears nobody twice."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dlib
import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

# dlib's network was trained so that pictures of one person lie within 0.6 of each other; grey pictures and
# a single frame call for a stricter bound.
SAME_PERSON = 0.5


@cache
def _describer() -> Any:
    spec = find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("face_recognition_models")
    folder = Path(spec.origin).parent / "models"
    return dlib.face_recognition_model_v1(str(folder / "dlib_face_recognition_resnet_model_v1.dat"))


def describe(frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """dlib's 128 numbers of a face; ``frame``: (H, W) grey, ``landmarks``: (68, 2) in its pixels."""
    points = dlib.points([dlib.point(round(x), round(y)) for x, y in landmarks.tolist()])
    low, high = landmarks.min(0), landmarks.max(0)
    box = dlib.rectangle(int(low[0]), int(low[1]), int(high[0]), int(high[1]))
    shape = dlib.full_object_detection(box, points)
    colour = np.repeat(frame[..., None], 3, axis=2)
    return np.array(_describer().compute_face_descriptor(colour, shape), np.float32)


def group(descriptions: NDArray[np.float32]) -> NDArray[np.int64]:
    """Average-linkage clusters of (n, 128), (n,) person indices from 0."""
    tree = linkage(descriptions, "average")
    return np.asarray(fcluster(tree, SAME_PERSON, "distance"), np.int64) - 1
