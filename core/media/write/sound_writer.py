"""Writing samples as a file with one sound."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from liptune.core.media.ffmpeg import QUIET, Child, source
from liptune.core.media.probe.probe import probe
from liptune.core.media.read.samples import Samples
from liptune.core.media.types import NO_LIMITS, AudioStream
from liptune.core.media.write.containers import MOV_FAMILY
from liptune.core.media.write.sound_codecs import SoundFacts, sound_options

_EARLY_SECONDS = 1.0


def waiting_suffix(suffix: str) -> str:
    """In which container a sound waits for a video with ``suffix``: one that keeps its times."""
    return suffix if suffix in MOV_FAMILY else ".nut"


class SoundWriter:
    """Encodes samples in the codec of ``audio`` for a video with ``suffix``; channels, rate and layout stay.

    A context manager; leaving it without `finish` abandons the file.
    """

    def __init__(
        self,
        audio: AudioStream,
        facts: SoundFacts,
        output: Path,
        suffix: str,
        *,
        heartbeat: Callable[[], None] | None = None,
    ) -> None:
        arguments = _arguments(audio, facts, output, suffix)
        self._child = Child(arguments, output, fed=True, heartbeat=heartbeat)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.__exit__(kind, error, trace)

    def write(self, samples: Samples) -> None:
        """Appends (n, channels)."""
        if not len(samples):
            return
        try:
            self._child.write(np.ascontiguousarray(samples).data.cast("B"))
        except BrokenPipeError as error:
            self._child.finish()
            raise self._child.write_failure("The sound could not be written") from error

    def finish(self) -> None:
        """Ends the file. Raises `RenderFailed` where ffmpeg could not write it."""
        self._child.finish_file("The sound could not be written")


def _arguments(audio: AudioStream, facts: SoundFacts, output: Path, suffix: str) -> list[str]:
    options = sound_options(facts, suffix, audio.sample_rate)
    return [
        "ffmpeg", *QUIET, "-nostdin", "-y", "-protocol_whitelist", "pipe", "-f", facts.samples.name,
        "-ar", str(audio.sample_rate), "-ac", str(audio.channels), "-i", "pipe:0", *_layout(facts),
        *(part for name, value in options for part in (f"-{name}:a", value)),
        "-strict", "experimental",
        *_delay(output.suffix), source(output),
    ]  # fmt: skip


def lead_seconds(path: Path) -> float:
    """How much of a waiting sound comes before its first sample, for its encoder's sake: ≤ 0."""
    return probe(path, NO_LIMITS).start_seconds - (_EARLY_SECONDS if _delay(path.suffix) else 0.0)


def _delay(suffix: str) -> tuple[str, ...]:
    """Packets before 0 would be moved there; an MP4 or QuickTime file has an edit list instead."""
    return () if suffix in MOV_FAMILY else ("-output_ts_offset", str(_EARLY_SECONDS))


def _layout(facts: SoundFacts) -> list[str]:
    """Raw samples have no layout; the filter gives them that of the source."""
    if not facts.channel_layout or "channels" in facts.channel_layout:
        return []
    order = "|".join(map(str, range(facts.channels)))
    return ["-af", f"channelmap=map={order}:channel_layout={facts.channel_layout}"]
