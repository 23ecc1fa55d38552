"""When a stream begins, how long it lasts, and how fast its frames come: the headers' word or a count."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from liptune.core.errors import MediaTooLong
from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.types import MediaLimits

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


class Timing:
    """Start and duration of a stream from the best source there is."""

    def __init__(self, path: Path, start: float, duration: float | None, limits: MediaLimits) -> None:
        self._path = path
        self._start = start
        self._duration = duration
        self._limits = limits

    def span(self, stream: dict[str, Any]) -> tuple[float, float]:
        """Returns (start, duration) in seconds."""
        start = seconds(stream.get("start_time"))
        if self._duration:
            begin = self._start if start is None else start
            own = seconds(stream.get("duration")) or _tagged_end(stream, begin)
            return begin, own or max(0.0, self._start + self._duration - begin)
        span = self._scan(stream)
        return (span.start_seconds if start is None else start), span.duration_seconds

    def rate(self, stream: dict[str, Any]) -> Fraction:
        """Frames a second: the constant rate, else frames by duration, counted where the header cannot tell.

        Without a frame count the header's average is a guess from the first few frames.
        """
        average, nominal = ratio(stream["avg_frame_rate"]), ratio(stream["r_frame_rate"])
        if average and abs(nominal - average) < average / 1000 and nominal <= self._limits.fps:
            return nominal
        return average if average and "nb_frames" in stream else self._scan(stream).rate

    def _scan(self, stream: dict[str, Any]) -> PacketSpan:
        return packet_span(self._path, int(stream["index"]), self._limits.seconds)


def _tagged_end(stream: dict[str, Any], start: float) -> float | None:
    """Matroska's DURATION tag, hours:minutes:seconds, is the time at which the stream ends."""
    parts = stream.get("tags", {}).get("DURATION", "").split(":")
    try:
        hours, minutes, rest = (float(part) for part in parts)
    except ValueError:
        return None
    return max(0.0, 3600 * hours + 60 * minutes + rest - start) or None


def ratio(text: str) -> Fraction:
    """Reads ``24000/1001``; 0 for 0/0, ffprobe's unknown."""
    top, bottom = text.split("/")
    return Fraction(int(top), int(bottom)) if int(bottom) else Fraction(0)


def seconds(text: str | None) -> float | None:
    """Reads a number of seconds, where there is one."""
    return None if text is None else float(text)
