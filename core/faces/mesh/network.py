"""Runs the face mesh network on an upright cut of a face: 468 points, and how surely it is a face."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, local

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

MODEL = Path(__file__).with_name("face_landmark.tflite")
SIDE = 192
"""Pixels of the network's input."""

POINTS = 468

NOTICE = b"Created TensorFlow Lite XNNPACK delegate"

_made = local()
_redirecting = Lock()


def mesh_of(face: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """Returns (468, 2) points in pixels of a (192, 192) grey face, and the logit of its being one."""
    shown = np.broadcast_to(face.astype(np.float32)[None, :, :, None] / np.float32(255), (1, SIDE, SIDE, 3))
    return _network()(shown)


@contextmanager
def _without_notice() -> Iterator[None]:
    """Keeps what the runtime says of itself from the process's errors; everything else is written there.

    The runtime writes to the descriptor, and cannot be asked for silence from Python.
    """
    with _redirecting, TemporaryFile() as caught:
        errors = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(errors, 2)
            os.close(errors)
            caught.seek(0)
            os.write(2, b"".join(line for line in caught if NOTICE not in line))


def _network() -> Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], float]]:
    """The network, one a thread: an interpreter may not be shared."""
    if not hasattr(_made, "network"):
        _made.network = _load()
    found: Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], float]] = _made.network
    return found


def _load() -> Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], float]]:
    with _without_notice():
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
