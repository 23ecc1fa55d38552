"""How fast an engine's network is, without decoding and without the search for faces."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.device import one_thread
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.types import SAMPLES_PER_FRAME

FIRST_FRAMES = 32
SPEED_SECONDS = 1.0
"""The number of frames is doubled until they take this long: engines differ a thousandfold."""

SIDE = 256
FACE_SPREAD = 40.0


def network_speed(engine: SyncEngine) -> dict[str, float]:
    """Frames a second of each branch alone, on one core."""
    view = _view(engine)

    def see(frames: int) -> None:
        embedder = engine.video_embedder()
        embedder.push(np.repeat(view[None], frames))
        embedder.finish()

    def hear(frames: int) -> None:
        engine.embed_audio([np.zeros(frames * SAMPLES_PER_FRAME, np.float32)])

    with one_thread():
        visual, audio = _rate(see), _rate(hear)
    return {"visual_fps": visual, "audio_fps": audio, "both_fps": 1 / (1 / visual + 1 / audio)}


def _view(engine: SyncEngine) -> NDArray[np.generic]:
    """What the engine cuts of a face that is noise: its speed depends on shapes alone."""
    random = np.random.default_rng(0)
    shape = (SIDE, SIDE, 3) if engine.colour == "rgb" else (SIDE, SIDE)
    points = SIDE / 2 + random.uniform(-FACE_SPREAD, FACE_SPREAD, (68, 2))
    frame = random.integers(0, 256, shape, dtype=np.uint8)
    return engine.visual_input(frame, points.astype(np.float32))


def _rate(work: Callable[[int], None]) -> float:
    frames = FIRST_FRAMES
    while True:
        started = time.perf_counter()
        work(frames)
        taken = time.perf_counter() - started
        if taken >= SPEED_SECONDS:
            return frames / taken
        frames *= 2
