"""Embeds the faces of successive frames on a background thread: (n, D) float32 for each track."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.protocol import SyncEngine, VideoEmbedder
from liptune.core.faces.tracker import TrackedFrame

BATCH = 32
PENDING = 4
"""Batches that may wait for the network before the faces do; bounds the memory."""


class FaceEmbedder:
    """Feeds each face's visual inputs to its own embedder, in order, on one background thread."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine
        self._embedders: dict[int, VideoEmbedder] = {}
        self._inputs: dict[int, list[NDArray[Any]]] = {}
        self._finished: dict[int, NDArray[np.float32]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed-faces")
        self._pending: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)

    def add(self, frame: TrackedFrame) -> None:
        """Cuts what the network sees of every face in the frame. A face that is not in it has ended."""
        for track in self._inputs.keys() - {face.track for face in frame.faces}:
            self._end(track)
        for face in frame.faces:
            inputs = self._inputs.setdefault(face.track, [])
            inputs.append(self._engine.visual_input(frame.pixels, face.landmarks))
            if len(inputs) == BATCH:
                self._submit(face.track)

    def finish(self) -> dict[int, NDArray[np.float32]]:
        """Returns one embedding per frame and face, (n, D) float32 by track."""
        for track in list(self._inputs):
            self._end(track)
        while self._pending:
            self._pending.popleft().result()
        return self._finished

    def _end(self, track: int) -> None:
        """Lets go of what the network has not seen yet of the face: a film has a thousand of them."""
        self._submit(track)
        del self._inputs[track]
        self._enqueue(self._finish, track)

    def _submit(self, track: int) -> None:
        inputs, self._inputs[track] = self._inputs[track], []
        if inputs:
            stacked = np.stack(inputs).astype(self._engine.visual_dtype, copy=False)
            self._enqueue(self._push, track, stacked)

    def _enqueue(self, work: Callable[..., None], *given: Any) -> None:
        while len(self._pending) >= PENDING:
            self._pending.popleft().result()
        self._pending.append(self._thread.submit(work, *given))

    def _push(self, track: int, inputs: NDArray[Any]) -> None:
        if track not in self._embedders:
            self._embedders[track] = self._engine.video_embedder()
        self._embedders[track].push(inputs)

    def _finish(self, track: int) -> None:
        self._finished[track] = self._embedders.pop(track).finish()
