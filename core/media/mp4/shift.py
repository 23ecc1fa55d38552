"""Moving tracks of an MP4 or QuickTime file against each other, by their edit lists alone."""

from collections.abc import Callable

from liptune.core.media.mp4.boxes import Box
from liptune.core.media.mp4.edits import (
    NORMAL_RATE,
    Edit,
    lead,
    presented,
    read_edits,
    with_lead,
    write_edits,
)
from liptune.core.media.mp4.headers import clock, duration, set_duration


def delay(index: Box, seconds: float, moves: Callable[[Box], bool]) -> None:
    """Lets the tracks that ``moves`` names come later (negative: earlier) than all others.

    Nothing is hidden: where they would begin before the movie does, all others begin later instead.
    """
    movie = index.require(b"mvhd")
    shift = round(seconds * clock(movie))
    tracks = index.all(b"trak")
    leads = {id(track): lead(edits_of(index, track)) + (shift if moves(track) else 0) for track in tracks}
    least = min(0, *leads.values()) if leads else 0
    for track in tracks:
        present(index, track, with_lead(edits_of(index, track), leads[id(track)] - least))


def edits_of(index: Box, track: Box) -> list[Edit]:
    """The track's edits; where it has no list, the whole track."""
    ticks, own = duration(track.require(b"mdia", b"mdhd")), clock(track.require(b"mdia", b"mdhd"))
    whole = Edit(round(ticks * clock(index.require(b"mvhd")) / own), 0, NORMAL_RATE)
    return read_edits(track) or [whole]


def present(index: Box, track: Box, edits: list[Edit]) -> None:
    """Gives the track its edits, and it and the movie the duration that follows."""
    write_edits(track, edits)
    set_duration(track.require(b"tkhd"), presented(edits))
    movie = index.require(b"mvhd")
    set_duration(movie, max(duration(each.require(b"tkhd")) for each in index.all(b"trak")))
