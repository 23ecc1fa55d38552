"""The timestamps of a stream's packets, for files whose headers do not tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from core.errors import MediaTooLong
from core.media.ffmpeg import QUIET, Child, input_arguments, source

SCAN_SECONDS = 300.0


@dataclass(frozen=True)
class PacketSpan:
    """When a stream's packets begin, how long they last, and how many they are."""

    start_seconds: float
    duration_seconds: float
    packets: int

    @property
    def rate(self) -> Fraction:
        """Packets a second on average, to the thousandth."""
        if self.duration_seconds <= 0:
            return Fraction(0)
        return Fraction(round(1000 * self.packets / self.duration_seconds), 1000)


def packet_span(path: Path, stream: int, limit_seconds: float) -> PacketSpan:
    """Reads all packets of stream ``stream``.

    Packets without a timestamp count by their duration. Raises `MediaTooLong` as soon as the limit is passed.
    """
    first: float | None = None
    end = 0.0
    count = 0
    for count, (begin, duration) in enumerate(_packets(path, stream), 1):  # noqa: B007
        at = end if begin is None else begin
        first = at if first is None else min(first, at)
        end = max(end, at + duration)
        if end - first > limit_seconds:
            raise MediaTooLong(f"The media lasts longer than the limit of {limit_seconds:.0f} s")
    begin_seconds = first or 0.0
    return PacketSpan(begin_seconds, end - begin_seconds, count)


def _packets(path: Path, stream: int) -> Iterator[tuple[float | None, float]]:
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-select_streams", str(stream),
        "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", "-i", source(path),
    ]  # fmt: skip
    with Child(arguments, path, limit_seconds=SCAN_SECONDS) as child:
        rest = b""
        for chunk in child.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in filter(None, lines):
                begin, duration, *_ = line.decode("ascii").split(",")
                yield _number(begin), _number(duration) or 0.0


def _number(field: str) -> float | None:
    return None if field == "N/A" else float(field)
