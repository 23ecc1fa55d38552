"""Makes an `Analysis` in one streaming pass: decodes, follows faces, embeds them and the sound."""

import time
from collections.abc import Callable, Iterable, Iterator

from liptune.core.analysis.missed import explained
from liptune.core.analysis.sound import Listener
from liptune.core.analysis.types import Analysis, Heard, identity_of
from liptune.core.analysis.watch import watch
from liptune.core.engines.protocol import SyncEngine
from liptune.core.faces.frames import Frame
from liptune.core.media.clock.phase import phase_seconds
from liptune.core.media.laying import picture_begins
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.read.keyframe import begins_with_keyframe
from liptune.core.media.read.undecoded import undecoded_frames
from liptune.core.media.sounds import Sound
from liptune.core.media.types import (
    ANALYSIS_FPS,
    DEFAULT_LIMITS,
    MediaInfo,
    MediaLimits,
    Region,
    Undecoded,
)
from liptune.core.memory import trim
from liptune.core.progress import Progress, silent

STAGE = "analyse"
REPORT_SECONDS = 0.25


def analyse(
    video: MediaInfo,
    audio: MediaInfo,
    engine: SyncEngine,
    *,
    sound: Sound | None = None,
    region: Region | None = None,
    progress: Progress = silent,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Analysis:
    """Runs the engine over the picture of ``video`` and a sound of ``audio``, which may be the same file.

    ``sound``: by default the one that `decode_audio` takes. ``region``: the part of the picture that is
    searched for faces; what is told of them is in pixels of the whole. A separate sound file is laid as
    `core.media.laying` says; in one file, the container's clock says who starts when. Memory holds a
    second of frames and a few batches more, whatever the clip's length, and the result.

    Raises:
        NoVideoStream, NoAudioStream: before any work is done.
        MediaError: picture or sound cannot be decoded, or lasts longer than allowed.
        TimedOut: ffmpeg stalled.
        Whatever ``progress`` raises: then all children and threads have ended.
    """
    expected = max(1.0, require_video(video).duration_seconds * ANALYSIS_FPS)
    report = Throttle(progress, expected)
    phase = phase_seconds(video)
    with _listener(video, audio, engine, sound, limits, phase) as listener:
        watched = watch(video, engine, region=region, limits=limits, phase_seconds=phase, passing=report.each)
        heard = _wait(listener, report, expected)
    undecoded = lacking(video, watched.complained, heartbeat=lambda: report(expected))
    trim()
    seen = watched.sightings
    sightings = seen if watched.tracks else explained(seen, video, engine, region, limits)
    progress(STAGE, 1.0)
    return Analysis(
        engine=identity_of(engine),
        frames=sightings.frames,
        tracks=watched.tracks,
        audio=heard.audio,
        loudness=heard.loudness,
        cuts=watched.cuts,
        sightings=sightings,
        undecoded=undecoded,
        phase_seconds=phase,
    )


def listen(
    video: MediaInfo,
    audio: MediaInfo,
    engine: SyncEngine,
    phase: float,
    *,
    sound: Sound | None = None,
    progress: Progress = silent,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Heard:
    """The sound's half of `analyse`, laid under a picture of this phase, in seconds."""
    with _listener(video, audio, engine, sound, limits, phase) as listener:
        heard = _wait(listener, Throttle(progress, 1.0), 0.0)
    progress(STAGE, 1.0)
    return heard


def origin(video: MediaInfo, audio: MediaInfo, sound: Sound | None, phase: float) -> float:
    """The second of the sound's own clock that is heard at the first analysis frame."""
    heard = require_audio(audio, sound.stream if sound else None)
    own = audio.path == video.path
    begin = require_video(video).start_seconds if own else picture_begins(audio, heard.index)
    return begin + phase


def _listener(  # noqa: PLR0917
    video: MediaInfo,
    audio: MediaInfo,
    engine: SyncEngine,
    sound: Sound | None,
    limits: MediaLimits,
    phase: float,
) -> Listener:
    begins = origin(video, audio, sound, phase)
    return Listener(audio, engine, origin_seconds=begins, sound=sound, limits=limits)


class Throttle:
    """Tells how far the analysis is, by the frame that it is at, a few times a second."""

    def __init__(self, progress: Progress, expected: float) -> None:
        self._progress = progress
        self._expected = expected
        self._next = 0.0

    def __call__(self, frame: float) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + REPORT_SECONDS
            self._progress(STAGE, min(0.99, frame / self._expected))

    def each(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames, each told of as it passes, counted from the first."""
        for number, frame in enumerate(frames):
            self(number)
            yield frame


def _wait(listener: Listener, report: Throttle, expected: float) -> Heard:
    while True:
        try:
            return listener.result(REPORT_SECONDS)
        except TimeoutError:
            report(expected)


def lacking(video: MediaInfo, complained: bool, *, heartbeat: Callable[[], None]) -> Undecoded | None:
    """The frames that do not decode, looked for where ffmpeg ``complained`` or may not have."""
    if complained or not begins_with_keyframe(video):
        return undecoded_frames(video, heartbeat=heartbeat)
    return None
