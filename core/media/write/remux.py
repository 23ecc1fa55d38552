"""Moving the sound against the picture without touching the picture."""

from dataclasses import dataclass
from pathlib import Path

from liptune.core.media.clock.frames import FrameTimes, frame_times
from liptune.core.media.inventory.read import read_headers
from liptune.core.media.inventory.words import Told
from liptune.core.media.laying import later_seconds
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.assemble import write_copy
from liptune.core.media.write.copy import Sound
from liptune.core.media.write.faithful import faithfully
from liptune.core.media.write.rehearse import Undertaking
from liptune.core.media.write.staging import staged
from liptune.core.progress import Progress, Remembered, silent


@dataclass(frozen=True)
class Shifted:
    """What was done. ``sound``: ``copied`` bit for bit, or ``encoded`` where the container asks for it.

    ``losses``: what the copy lacks of its source.
    """

    path: Path
    offset_seconds: float
    sound: Sound
    losses: tuple[Told, ...] = ()


def shift_audio(
    info: MediaInfo,
    offset_seconds: float,
    output: Path,
    *,
    times: FrameTimes | None = None,
    audio: MediaInfo | None = None,
    pace: float = 1.0,
    progress: Progress = silent,
) -> Shifted:
    """Writes a copy whose sound comes ``offset_seconds`` later (negative: earlier); the picture is copied.

    No sound is left out: where some would come before all else, all else begins later. It is copied wherever
    the container of ``output`` (by its suffix) has timestamps and takes the codec, else encoded anew, in PCM
    for AVI and MXF, which begin with the picture. All other streams, names, chapters and attachments stay,
    as far as the container has a place for them. ``audio`` replaces the sound; without an offset it
    is where it is laid (`core.media.laying`). ``times``: of the picture's frames, read where they are not
    given. ``pace``: seconds of the picture that are shown in one: its packets are copied, with other times;
    other than 1 only where `core.media.write.copy.may_repace` allows it. Progress: ``render``.

    Raises:
        NoVideoStream, NoAudioStream: a stream to shift is missing.
        RenderFailed, DiskFull: the file could not be written; nothing is left behind.
        RepairRefused: the copy lacks what its first packets did not show that it would.
        TimedOut: ffmpeg stalled.
    """
    require_video(info)
    require_audio(audio or info)
    told = Remembered(progress)
    told("render", 0.0)
    times = times or frame_times(info, heartbeat=told.again)
    later = offset_seconds + later_seconds(audio)
    work = Undertaking(info, times, audio=audio, later_seconds=later, pace=pace)
    copy = work.copy(read_headers(info.path))
    with staged(output) as staging:
        lacking = faithfully(work, staging, lambda: write_copy(copy, staging, told), told)
    return Shifted(output, offset_seconds, copy.sound(output.suffix), lacking)
