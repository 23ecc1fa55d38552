"""The beginning of a sound, its packets copied."""

from dataclasses import replace
from pathlib import Path

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.laying import later_seconds
from liptune.core.media.probe.probe import probe, require_audio
from liptune.core.media.types import NO_LIMITS, MediaInfo
from liptune.core.progress import Remembered


def shortened(sound: MediaInfo, seconds: float, path: Path, told: Remembered) -> MediaInfo:
    """The stream that ``sound`` marks, until so many seconds after the picture's begin, but for a packet.

    ``path``: a Matroska file to write. Laid against the picture as the sound was. Progress: the last again.

    Raises:
        RenderFailed, DiskFull: It could not be written.
    """
    later = later_seconds(sound)
    arguments = [
        "ffmpeg", *QUIET, "-nostdin", "-y", "-progress", "pipe:1", *input_arguments(),
        "-i", source(sound.path), "-map", f"0:{require_audio(sound).index}", "-map_chapters", "-1",
        "-c", "copy", "-t", f"{seconds - later:.6f}", source(path),
    ]  # fmt: skip
    with Child(arguments, sound.path, heartbeat=told.again) as child:
        for _ in child.chunks():
            told.again()
        child.finish_file("The sound could not be written")
    made = probe(path, NO_LIMITS)
    laid = None if sound.picture_begins is None else require_audio(made).start_seconds - later
    return replace(made, picture_begins=laid)
