"""When a stream begins, how long it lasts, and how fast its frames come: the headers' word or a count."""

from fractions import Fraction
from pathlib import Path
from typing import Any

from core.media.packets import PacketSpan, packet_span
from core.media.types import MediaLimits


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
