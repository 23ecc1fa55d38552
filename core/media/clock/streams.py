"""When a stream begins, how long it lasts, and how fast its frames come: the headers' word or a count."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from liptune.core.errors import MediaTooLong
from liptune.core.media.clock.clock import Clock, Piece, StreamClock
from liptune.core.media.clock.continuity import is_broken
from liptune.core.media.clock.edits import edit_clocks
from liptune.core.media.clock.jumps import JumpFinder, Span
from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.types import MediaLimits

SCAN_SECONDS = 300.0
_MPEG = {"mpegts", "mpeg"}
"""Demuxers of streams whose clock wraps, and often jumps."""

_UNNUMBERED = "N/A"
_CHECKED = 1024
"""Packets after which the limit is looked at."""


class Timing:
    """When each stream of a file is shown, from the best source there is.

    ``facts``: what ffprobe says. ``exact``: whether the duration that it gives is a fact; where it is not,
    or not given, all packets are read.
    """

    def __init__(self, path: Path, facts: dict[str, Any], limits: MediaLimits, *, exact: bool) -> None:
        described = facts["format"]
        self._path = path
        self._container = set(described["format_name"].split(","))
        self._streams = [s for s in facts.get("streams", []) if s.get("codec_type") in {"video", "audio"}]
        self._limits = limits
        self._duration = seconds(described.get("duration")) if exact else None
        self.start = seconds(described.get("start_time")) or 0.0

    @cached_property
    def clock(self) -> Clock:
        """What tells the shown times from the file's own."""
        if "mov" in self._container:
            pictures = [s for s in self._streams if s["codec_type"] == "video" and "id" in s]
            return Clock(edit_clocks(self._path, {int(s["id"], 0): int(s["index"]) for s in pictures}))
        if "avi" in self._container:
            clocks = ((int(stream["index"]), self._undelayed(stream)) for stream in self._streams)
            return Clock({index: clock for index, clock in clocks if clock is not None})
        return Clock() if self._duration else self._packets.clock()

    def span(self, stream: dict[str, Any]) -> tuple[float, float]:
        """Returns (start, duration) in seconds."""
        start = seconds(stream.get("start_time"))
        if self._duration:
            begin = self.start if start is None else start
            own = seconds(stream.get("duration")) or _tagged_end(stream, begin)
            length = own or max(0.0, self.start + self._duration - begin)
            return self._presented(stream, begin, length)
        span = self._span(stream)
        told = not self._container & _MPEG and start is not None and not self.clock.jumps
        return (start if told and start is not None else span.start_seconds), span.duration_seconds

    def rate(self, stream: dict[str, Any]) -> Fraction:
        """Frames a second: the constant rate, else frames by duration, counted where the header cannot tell.

        Without a frame count the header's average is a guess from the first few frames.
        """
        average, nominal = ratio(stream["avg_frame_rate"]), ratio(stream["r_frame_rate"])
        if average and abs(nominal - average) < average / 1000 and nominal <= self._limits.fps:
            return nominal
        return average if average and "nb_frames" in stream else self._span(stream).rate

    def _undelayed(self, stream: dict[str, Any]) -> StreamClock | None:
        """AVI numbers frames as they are decoded, which with B-frames is ahead of when they are shown.

        The last ones leave the decoder when there are no more numbers to give them.
        """
        frames, rate = int(stream.get("has_b_frames", 0)), ratio(stream["r_frame_rate"])
        if stream["codec_type"] != "video" or not (frames and rate):
            return None
        return StreamClock((Piece(shift=-float(frames / rate)),), apart=float(1 / rate))

    def _presented(self, stream: dict[str, Any], begin: float, length: float) -> tuple[float, float]:
        """By the edit list, where there is one; the end stays where ffprobe says it is."""
        first = max(begin, self.clock.of(int(stream["index"])).pieces[0].earliest)
        return first, max(0.0, begin + length - first)

    def _span(self, stream: dict[str, Any]) -> Span:
        return self._packets.span(int(stream["index"]))

    @cached_property
    def _packets(self) -> JumpFinder:
        """Reads all packets. Raises `MediaTooLong` as soon as the limit is passed."""
        kinds = {int(stream["index"]): stream["codec_type"] for stream in self._streams}
        picture = next((index for index, kind in kinds.items() if kind == "video"), None)
        transport = "mpegts" in self._container
        broken = partial(is_broken, self._path) if transport else _is_never_broken
        finder = JumpFinder(wraps=bool(self._container & _MPEG), broken=broken, picture=picture)
        for number, (stream, shown, decoded, duration, position, *_) in enumerate(_packets(self._path)):
            if (index := int(stream)) not in kinds:
                continue
            at = None if position == _UNNUMBERED else int(position)
            finder.add(index, _number(decoded), _number(shown), _number(duration) or 0.0, at)
            if number % _CHECKED == 0:
                self._check(finder)
        finder.finish()
        self._check(finder)
        return finder

    def _check(self, finder: JumpFinder) -> None:
        if finder.seconds > self._limits.seconds:
            limit = f"{self._limits.seconds:.0f}"
            raise MediaTooLong(f"The media lasts longer than the limit of {limit} s")


def _is_never_broken(position: int) -> bool:
    """For containers that have no mark of it."""
    del position
    return False


def _packets(path: Path) -> Iterator[list[str]]:
    """Yields index, pts, dts, duration and position of each packet, in the order of the file."""
    arguments = [
        "ffprobe", *QUIET, *input_arguments(),
        "-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,pos", "-of", "csv=p=0",
        "-i", source(path),
    ]  # fmt: skip
    with Child(arguments, path, limit_seconds=SCAN_SECONDS) as child:
        for line in child.lines():
            fields = line.split(",")
            if len(fields) >= 5:
                yield fields


def _number(field: str) -> float | None:
    return None if field == _UNNUMBERED else float(field)


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
