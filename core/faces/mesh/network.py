"""Runs the face mesh network on an upright cut of a face: 468 points, and how surely it is a face."""

from collections.abc import Callable
from pathlib import Path
from threading import local

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

MODEL = Path(__file__).with_name("face_landmark.tflite")
SIDE = 192
"""Pixels of the network's input."""

POINTS = 468

_made = local()


def mesh_of(face: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """Returns (468, 2) points in pixels of a (192, 192) grey face, and the logit of its being one."""
    shown = np.broadcast_to(face.astype(np.float32)[None, :, :, None] / np.float32(255), (1, SIDE, SIDE, 3))
    return _network()(shown)


def _network() -> Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], float]]:
    """The network, one a thread: an interpreter may not be shared."""
    if not hasattr(_made, "network"):
        _made.network = _load()
    found: Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], float]] = _made.network
    return found


def _load() -> Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], float]]:
    interpreter = Interpreter(str(MODEL), num_threads=1)
    interpreter.allocate_tensors()
    entrance = interpreter.get_input_details()[0]["index"]
    mesh, presence = (each["index"] for each in interpreter.get_output_details())

    def run(shown: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        interpreter.set_tensor(entrance, shown)
        interpreter.invoke()
        points = interpreter.get_tensor(mesh).reshape(POINTS, 3)[:, :2]
        return points, float(interpreter.get_tensor(presence).reshape(()))

    return run
