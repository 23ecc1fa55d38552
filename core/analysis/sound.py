"""Decodes and embeds the sound on a background thread: (Ta, D) embeddings and (Ta,) levels."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from threading import Event
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.loudness import LoudnessMeter
from liptune.core.analysis.types import Heard
from liptune.core.engines.protocol import SyncEngine
from liptune.core.errors import Canceled
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.sounds import Sound
from liptune.core.media.types import DEFAULT_LIMITS, MediaInfo, MediaLimits
from liptune.core.memory import trim


class Listener:
    """Decodes and embeds a sound on a background thread. Leaving the context early stops it.

    ``sound``: see `decode_audio`.
    """

    def __init__(
        self,
        audio: MediaInfo,
        engine: SyncEngine,
        *,
        origin_seconds: float,
        sound: Sound | None = None,
        limits: MediaLimits = DEFAULT_LIMITS,
    ) -> None:
        self._chunks = decode_audio(audio, origin_seconds=origin_seconds, sound=sound, limits=limits)
        self._engine = engine
        self._stop = Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed-sound")
        self._future: Future[Heard] = self._thread.submit(self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.shutdown()

    def result(self, timeout: float | None = None) -> Heard:
        """Returns embeddings and levels; raises what decoding or embedding raised, or TimeoutError."""
        return self._future.result(timeout)

    def _listen(self) -> Heard:
        meter = LoudnessMeter()
        with closing(self._chunks):
            embeddings = self._engine.embed_audio(meter.through(self._until_stopped()))
        trim()  # the picture takes longer, and its embeddings can have the room
        return Heard(audio=embeddings, loudness=meter.levels())

    def _until_stopped(self) -> Iterator[NDArray[np.float32]]:
        for chunk in self._chunks:
            if self._stop.is_set():
                raise Canceled("The analysis was stopped")
            yield chunk
