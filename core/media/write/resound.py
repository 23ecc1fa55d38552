"""A video with other sound: the picture's packets copied, each sound track taken from a file of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from liptune.core.media.clock.frames import FrameTimes, last_frame
from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import AudioStream, MediaInfo
from liptune.core.media.write.containers import MOV_FAMILY
from liptune.core.progress import Remembered

_CLOCK = 1e-6
"""Keeps ffmpeg from starting a stream's clock anew (`core.media.ffmpeg.CONTAINER_CLOCK`)."""


@dataclass(frozen=True)
class Track:
    """A sound to take: the file ``path`` with nothing else, in place of ``replaces``.

    ``begin_seconds``: when its first packet begins after the picture's first frame is shown.
    """

    path: Path
    replaces: AudioStream
    begin_seconds: float


def resound(
    info: MediaInfo,
    tracks: Sequence[Track],
    output: Path,
    *,
    times: FrameTimes,
    told: Remembered,
    own: bool = True,
) -> None:
    """Writes the video with these sounds. ``own``: what they replace is sound of the video itself.

    Raises:
        RenderFailed, DiskFull: ffmpeg could not write the file.
        TimedOut: ffmpeg stalled.
    """
    with Child(_arguments(info, tracks, output, times, own), info.path, heartbeat=told.again) as child:
        for chunk in child.chunks():
            told("render", _share(chunk, info.duration_seconds))
        child.finish_file("The video could not be written")


def _arguments(
    info: MediaInfo, tracks: Sequence[Track], output: Path, times: FrameTimes, own: bool
) -> list[str]:
    video = require_video(info)
    begin = video.start_seconds - info.start_seconds
    wait = max(0.0, *(-(begin + track.begin_seconds) for track in tracks))
    inputs = ["-itsoffset", f"{wait + _CLOCK:.6f}", *input_arguments(), "-i", source(info.path)]
    maps, names = ["-map", f"0:{video.index}"], []
    for number, track in enumerate(tracks):
        late = wait + begin + track.begin_seconds + _CLOCK
        inputs += ["-itsoffset", f"{late:.6f}", "-protocol_whitelist", "file", "-i", source(track.path)]
        maps += ["-map", f"{number + 1}:a:0"]
        names += [f"-disposition:a:{number}", "default" if track.replaces.default else "0"]
        names += [f"-map_metadata:s:a:{number}", f"0:s:{track.replaces.index}"] if own else []
    shown = last_frame(video, times, times.time_base) if output.suffix in MOV_FAMILY else []
    return [
        "ffmpeg", *QUIET, "-nostdin", "-y", "-progress", "pipe:1", *inputs, *maps, "-map", "0:s?",
        "-map_metadata", "0", "-map_chapters", "0", "-c", "copy", *shown, *names,
        "-copypriorss:a", "1", "-max_muxing_queue_size", "65536", source(output),
    ]  # fmt: skip


def _share(report: bytes, seconds: float) -> float:
    """How much of the output is written, as ffmpeg's last report says."""
    found = re.findall(rb"out_time_us=(\d+)", report)
    return min(1.0, int(found[-1]) / 1e6 / seconds) if found and seconds > 0 else 0.0
