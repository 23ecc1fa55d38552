"""Edit lists: which part of a track is presented, and when it begins (ISO/IEC 14496-12, 8.6.6)."""

import struct
from dataclasses import dataclass, replace

from liptune.core.errors import MediaUnreadable
from liptune.core.media.mp4.boxes import Box

EMPTY = -1
NORMAL_RATE = 1 << 16
_HEAD = 8


@dataclass(frozen=True)
class Edit:
    """One entry. ``duration``: in ticks of the movie. ``media_time``: in ticks of the track; ``EMPTY``:
    nothing is presented for so long. ``rate``: in 1/65536."""

    duration: int
    media_time: int
    rate: int = NORMAL_RATE


def read_edits(track: Box) -> list[Edit]:
    """The track's edits, in order; none where it has no list."""
    box = track.find(b"edts", b"elst")
    if box is None:
        return []
    entry = struct.Struct(">QqI" if box.payload[:1] == b"\x01" else ">IiI")
    count = int.from_bytes(box.payload[4:_HEAD])
    if _HEAD + count * entry.size > len(box.payload):
        raise MediaUnreadable("An edit list is shorter than it says")
    return [Edit(*entry.unpack_from(box.payload, _HEAD + index * entry.size)) for index in range(count)]


def write_edits(track: Box, edits: list[Edit]) -> None:
    """Gives the track these edits."""
    large = any(edit.duration >= 1 << 32 or abs(edit.media_time) >= 1 << 31 for edit in edits)
    entry = struct.Struct(">QqI" if large else ">IiI")
    entries = b"".join(entry.pack(edit.duration, edit.media_time, edit.rate) for edit in edits)
    content = struct.pack(">B3xI", large, len(edits)) + entries
    track.put(Box(b"edts", children=[Box(b"elst", content)]), before=b"mdia")


def lead(edits: list[Edit]) -> int:
    """How long nothing is presented at first, in ticks of the movie."""
    ticks = 0
    for edit in edits:
        if edit.media_time != EMPTY:
            break
        ticks += edit.duration
    return ticks


def with_lead(edits: list[Edit], ticks: int) -> list[Edit]:
    """The edits, with nothing presented for the first ``ticks``."""
    rest = list(edits)
    while rest and rest[0].media_time == EMPTY:
        rest.pop(0)
    return [Edit(ticks, EMPTY), *rest] if ticks else rest


def until(edits: list[Edit], ticks: int) -> list[Edit]:
    """The edits, with nothing presented after so many ``ticks`` of the movie."""
    kept, left = list[Edit](), ticks
    for edit in edits:
        if left > 0:
            kept.append(replace(edit, duration=min(edit.duration, left)))
        left -= edit.duration
    return kept


def presented(edits: list[Edit]) -> int:
    """How long the edits last together, in ticks of the movie."""
    return sum(edit.duration for edit in edits)


def scaled(edits: list[Edit], old: int, new: int) -> list[Edit]:
    """The edits on the clock of another movie, which has ``new`` ticks a second instead of ``old``."""
    return [replace(edit, duration=round(edit.duration * new / old)) for edit in edits]
