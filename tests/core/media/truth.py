"""What is seen and heard of media with known content, as every reader of the project gets it."""

import subprocess
from pathlib import Path

import numpy as np

from liptune.core.media.clock.frames import frame_times
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.read.audio import decode_audio
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.read.raw import read_frames
from liptune.core.media.write.codecs import raw_format
from tests.media_factory import find_bursts, read_number

RATE = 16_000


def shown(path: Path) -> list[tuple[float, int]]:
    """When each frame is shown, in seconds since the picture's start, and its number."""
    info = probe(path)
    video = require_video(info)
    layout, times = raw_format(video), frame_times(info)
    shift = layout.bits - 8
    planes = (layout.planes(frame)[0] >> shift for frame in read_frames(info, layout, times=times))
    numbers = [read_number(plane.astype(np.uint8)) for plane in planes]
    seconds = times.ticks * float(times.time_base) - video.start_seconds
    return list(zip(seconds.tolist(), numbers, strict=True))


def analysed(path: Path) -> list[int]:
    """The number of each frame of the 25 fps timeline."""
    batches = decode_frames(probe(path), side=128, colour="gray")
    return [read_number(frame) for batch in batches for frame in batch.frames]


def heard(path: Path, sound: Path | None = None) -> list[float]:
    """When the bursts are heard, in seconds since the picture's start."""
    info = probe(sound or path)
    begin = require_audio(info).start_seconds if sound else require_video(info).start_seconds
    return find_bursts(np.concatenate(list(decode_audio(info, origin_seconds=begin))), RATE)


def packets(path: Path, kind: str) -> list[tuple[int, int]]:
    """Position and size of each packet of the first stream of a kind, ``v`` or ``a``."""
    command = ["ffprobe", "-v", "error", "-select_streams", f"{kind}:0", "-show_entries", "packet=pos,size"]
    listed = subprocess.run([*command, "-of", "csv", path], check=True, capture_output=True, text=True).stdout
    rows = [line.split(",") for line in listed.splitlines() if line.startswith("packet,")]
    return sorted((int(position), int(size)) for _, size, position, *_ in rows)


def damage(path: Path, number: int, *, kind: str = "v") -> None:
    """Overwrites the content of a packet, but for its first bytes."""
    position, size = packets(path, kind)[number]
    with path.open("r+b") as file:
        file.seek(position + 12)
        file.write(bytes([0xFF]) * (size - 12))
