"""The queue between the faces and the network."""

import time
from threading import Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.embed import BATCH, PENDING, FaceEmbedder
from liptune.core.faces.tracker import TrackedFace, TrackedFrame
from tests.engines import NoiseEmbedder, NoiseEngine, noise

FRAMES = BATCH * (PENDING + 6) + 5
PIXELS = np.random.default_rng(0).integers(0, 256, (FRAMES, 16, 16), dtype=np.uint8)


class SlowEngine(NoiseEngine):
    """An engine whose network does not begin before it may."""

    def __init__(self) -> None:
        self.cut = 0
        self.may_begin = Event()

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        self.cut += 1
        return super().visual_input(frame, landmarks)

    def video_embedder(self) -> NoiseEmbedder:
        self.may_begin.wait()
        return super().video_embedder()


class CountingEmbedder(NoiseEmbedder):
    """Is one of the engine's that are at work, until it has finished."""

    def __init__(self, engine: "CountingEngine") -> None:
        super().__init__()
        self.engine = engine
        engine.at_work += 1

    def finish(self) -> NDArray[np.float32]:
        self.engine.at_work -= 1
        return super().finish()


class CountingEngine(NoiseEngine):
    at_work = 0

    def video_embedder(self) -> CountingEmbedder:
        return CountingEmbedder(self)


def add_all(embedder: FaceEmbedder) -> None:
    for index, pixels in enumerate(PIXELS):
        face = TrackedFace(0, np.full((68, 2), index % 8, np.float32), seen=True)
        embedder.add(TrackedFrame(index, pixels, 1.0, cut=False, faces=(face,)))


def test_a_slow_network_holds_the_faces_back_and_loses_none() -> None:
    engine = SlowEngine()
    with FaceEmbedder(engine) as embedder:
        faces = Thread(target=add_all, args=(embedder,))
        faces.start()
        before = -1
        while before != engine.cut:
            before = engine.cut
            time.sleep(0.2)
        assert engine.cut == BATCH * (PENDING + 1)
        engine.may_begin.set()
        faces.join()
        found = embedder.finish()[0]
    plain = NoiseEngine()
    inputs = [
        plain.visual_input(pixels, np.full((68, 2), index % 8, np.float32))
        for index, pixels in enumerate(PIXELS)
    ]
    np.testing.assert_array_equal(found, [noise(each.tobytes()) for each in inputs])


def test_a_face_that_has_left_is_finished_before_the_picture_ends() -> None:
    engine, at_work, each = CountingEngine(), [], BATCH + 3
    with FaceEmbedder(engine) as embedder:
        for index, pixels in enumerate(PIXELS[: 6 * each]):
            face = TrackedFace(index // each, np.zeros((68, 2), np.float32), seen=True)
            embedder.add(TrackedFrame(index, pixels, 1.0, cut=False, faces=(face,)))
            at_work.append(engine.at_work)
        found = embedder.finish()
    assert max(at_work) <= 2
    assert [len(found[track]) for track in range(6)] == [each] * 6
