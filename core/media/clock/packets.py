"""The packets of a picture, read once without decoding: when each is shown, and a digest of all of them."""

import hashlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.probe.probe import require_video
from liptune.core.media.remembered import remembered
from liptune.core.media.types import MediaInfo

SCAN_SECONDS = 3600.0
UNKNOWN = -(1 << 63)
HASH = "murmur3"
"""Of each packet: 128 bits at the speed of memory. Nobody who would forge them writes our copies."""


@dataclass(frozen=True)
class PicturePackets:
    """``values``, ``orders``: (N,) of those that are not hidden, when each is shown, and by what they are in
    order, in ticks of ``time_base`` seconds; `UNKNOWN` where the file does not say. ``digest``: of the
    content of all packets, in order, and of what the decoder is told beforehand.
    """

    time_base: Fraction
    values: NDArray[np.int64]
    orders: NDArray[np.int64]
    digest: bytes


def picture_packets(info: MediaInfo, *, heartbeat: Callable[[], None] | None = None) -> PicturePackets:
    """Reads the packets of the picture. ``heartbeat``: see `liptune.core.media.ffmpeg.Child`.

    Raises:
        MediaUnreadable, NoVideoStream, TimedOut: They cannot be read.
    """
    index = require_video(info).index
    options = info.clock.of(index).options
    return remembered(info.path, ("packets", index, options), lambda: _read(info, index, options, heartbeat))


def _read(
    info: MediaInfo, index: int, options: tuple[str, ...], heartbeat: Callable[[], None] | None
) -> PicturePackets:
    arguments = [
        "ffprobe", *QUIET, *options, *input_arguments(), "-select_streams", str(index),
        "-show_entries", "stream=time_base,extradata_hash:packet=pts,dts,flags,data_hash",
        "-show_data_hash", HASH, "-of", "csv", "-i", source(info.path),
    ]  # fmt: skip
    values, orders, digest, base = array("q"), array("q"), hashlib.sha256(), Fraction(1)
    with Child(arguments, info.path, limit_seconds=SCAN_SECONDS, heartbeat=heartbeat) as child:
        for kind, value, *others in (line.split(",") for line in child.lines() if "," in line):
            if kind == "stream":
                base = Fraction(value)
                digest.update(f"headers {others}".encode())
            elif kind == "packet":
                digest.update(f"packet {others[2:]}".encode())
                if "D" not in "".join(others[1:2]):
                    values.append(_tick(value))
                    orders.append(_tick(others[0]))
        if child.finish() < 0:
            raise child.failure(f"The times of {info.path.name} cannot be read")
    return PicturePackets(base, np.array(values, np.int64), np.array(orders, np.int64), digest.digest())


def _tick(field: str) -> int:
    return int(field) if field.lstrip("-").isdigit() else UNKNOWN
