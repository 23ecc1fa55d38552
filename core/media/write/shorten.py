"""The beginning of a sound, its packets copied."""

from dataclasses import replace
from pathlib import Path

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.laying import later_seconds
from liptune.core.media.probe.probe import probe, require_audio
from liptune.core.media.types import NO_LIMITS, MediaInfo
from liptune.core.media.write.containers import may_copy
from liptune.core.progress import Remembered

_WAVE = {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"}


def shortened(sound: MediaInfo, seconds: float, folder: Path, told: Remembered) -> MediaInfo:
    """The stream that ``sound`` marks, until so many seconds after the picture's begin, but for a packet.

    Written into ``folder``, and laid against the picture as the sound was. Progress: the last again.

    Raises:
        RenderFailed, DiskFull: It could not be written.
    """
    later, path = later_seconds(sound), folder / f"sound{_suffix(require_audio(sound).codec)}"
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


def _suffix(codec: str) -> str:
    """A container that keeps when the sound begins, to the sample where there is one."""
    if may_copy(".mp4", codec):
        return ".mp4"
    return ".wav" if codec in _WAVE else ".mka"
