"""The edit lists of an MP4 or QuickTime file as clocks (ISO/IEC 14496-12, 8.6.6).

ffmpeg lets an edit begin with the next whole frame, up to a frame early against the sound; here the frame
that is on screen at that moment stays there until the next one is due.
"""

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from liptune.core.media.clock.clock import Piece, StreamClock

MOST_BOXES = 4096
MOST_EDITS = 256
OPTIONS = ("-ignore_editlist", "1")
LEAD_SECONDS = 0.1
"""So long before an edit that is not the first the frame may begin that is on screen then."""

_NESTED = {b"moov", b"trak", b"edts", b"mdia"}
_EMPTY = -1
_NORMAL_RATE = 1 << 16
_MOST_BYTES = 64 + 20 * MOST_EDITS


@dataclass
class _Track:
    identifier: int = 0
    timescale: int = 0
    edits: list[tuple[int, int, int]] = field(default_factory=list)


def edit_clocks(path: Path, streams: Mapping[int, int]) -> dict[int, StreamClock]:
    """Returns the clocks of those pictures that have an edit list which says more than when they begin.

    ``streams``: index by the track's number. None for a list that goes back in the track, or is damaged:
    those are left to ffmpeg.
    """
    scale, tracks = 0, list[_Track]()
    with path.open("rb") as file:
        for kind, content in _boxes(file, path.stat().st_size):
            if kind == b"mvhd":
                scale = _timescale(content)
            elif kind == b"trak":
                tracks.append(_Track())
            elif tracks:
                _fill(tracks[-1], kind, content)
    clocks = {streams[t.identifier]: _clock(t, scale) for t in tracks if t.identifier in streams}
    return {index: clock for index, clock in clocks.items() if clock is not None}


def _clock(track: _Track, scale: int) -> StreamClock | None:
    """The track's edits in order, each with the frame that is on screen when it begins."""
    if not (scale and track.timescale and track.edits):
        return None
    pieces: list[Piece] = []
    shown = 0.0
    for duration, media_time, rate in track.edits:
        begin, length = media_time / track.timescale, duration / scale
        if media_time != _EMPTY:
            if rate != _NORMAL_RATE or (pieces and begin < pieces[-1].end):
                return None
            lead = LEAD_SECONDS if pieces else math.inf
            end = length - 0.5 / scale if duration else math.inf
            pieces.append(Piece(begin - lead, begin + end, shown - begin, shown, shown + end))
        shown += length
    if not pieces:
        return None
    return StreamClock((*pieces[:-1], replace(pieces[-1], end=math.inf)), options=OPTIONS)


def _fill(track: _Track, kind: bytes, content: bytes) -> None:
    if kind == b"tkhd":
        track.identifier = int.from_bytes(content[20:24] if content[:1] == b"\x01" else content[12:16])
    elif kind == b"mdhd":
        track.timescale = _timescale(content)
    elif kind == b"elst":
        entry = struct.Struct(">QqI" if content[:1] == b"\x01" else ">IiI")
        count = min(int.from_bytes(content[4:8]), (len(content) - 8) // entry.size, MOST_EDITS)
        track.edits = [entry.unpack_from(content, 8 + number * entry.size) for number in range(count)]


def _timescale(content: bytes) -> int:
    """Of ``mvhd`` and ``mdhd``, which begin alike."""
    return int.from_bytes(content[20:24] if content[:1] == b"\x01" else content[12:16])


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yields kind and content of the boxes on the way to the edit lists; no content of large and nested ones.

    A damaged box ends the list.
    """
    ends, at = [size], 0
    for _ in range(MOST_BOXES):
        while ends and at + 8 > ends[-1]:
            at = ends.pop()
        if not ends:
            return
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4]), head[4:8]
        body = at + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16]), at + 16
        end = at + length if length else ends[-1]
        if end < body or end > ends[-1]:
            return
        if kind in _NESTED:
            yield kind, b""
            ends.append(end)
            at = body
            continue
        file.seek(body)
        yield kind, file.read(end - body) if end - body <= _MOST_BYTES else b""
        at = end
