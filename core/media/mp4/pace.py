"""Letting a track run faster or slower by its clock: its samples stay, and each is shown at another time."""

import struct
from dataclasses import replace

from liptune.core.media.mp4.boxes import Box
from liptune.core.media.mp4.edits import EMPTY
from liptune.core.media.mp4.headers import clock, duration, set_clock, set_duration
from liptune.core.media.mp4.shift import edits_of, present

_FINE = 1_000_000
"""Ticks a second, at least, in which a pace is told: an hour is exact to 2 ms."""
_HEAD = 8
_PAIR = 8


def set_pace(index: Box, track: Box, pace: float) -> None:
    """Shows ``pace`` seconds of the track in each second. Where it begins stays.

    The times of decoding and the offsets of showing (ISO/IEC 14496-12, 8.6.1) are counted in finer ticks, of
    which a second has more, or fewer, than it had.
    """
    header = track.require(b"mdia", b"mdhd")
    edits = edits_of(index, track)
    finer = -(-_FINE // clock(header))
    table = track.require(b"mdia", b"minf", b"stbl")
    for kind in (b"stts", b"ctts"):
        box = table.find(kind)
        if box:
            box.payload = _multiplied(box.payload, finer)
    set_duration(header, duration(header) * finer)
    set_clock(header, round(clock(header) * finer * pace))
    slower = [
        edit
        if edit.media_time == EMPTY
        else replace(edit, duration=round(edit.duration / pace), media_time=edit.media_time * finer)
        for edit in edits
    ]
    present(index, track, slower)


def _multiplied(table: bytes, factor: int) -> bytes:
    """The table's pairs of a count and of ticks, with ``factor`` times as many of these."""
    signed = table[0] == 1
    pair = struct.Struct(">Ii" if signed else ">II")
    count = int.from_bytes(table[4:_HEAD])
    pairs = pair.iter_unpack(table[_HEAD : _HEAD + count * _PAIR])
    return table[:_HEAD] + b"".join(pair.pack(number, ticks * factor) for number, ticks in pairs)
