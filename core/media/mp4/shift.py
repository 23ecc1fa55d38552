"""Moving tracks of an MP4 or QuickTime file against each other, by their edit lists alone."""

from collections.abc import Callable

from liptune.core.media.mp4.boxes import Box
from liptune.core.media.mp4.chapters import delay_chapters
from liptune.core.media.mp4.edits import (
    NORMAL_RATE,
    Edit,
    lead,
    presented,
    read_edits,
    until,
    with_lead,
    write_edits,
)
from liptune.core.media.mp4.headers import clock, duration, set_duration


def delay(index: Box, seconds: float, moves: Callable[[Box], bool]) -> None:
    """Lets the tracks that ``moves`` names come later (negative: earlier) than all others.

    Nothing is hidden: where they would begin before the movie does, all others begin later instead. The first
    track begins when the first did.
    """
    movie = index.require(b"mvhd")
    shift = round(seconds * clock(movie))
    tracks = index.all(b"trak")
    before = [lead(edits_of(index, track)) for track in tracks]
    after = [ticks + (shift if moves(track) else 0) for ticks, track in zip(before, tracks, strict=True)]
    back = min(after, default=0) - min(before, default=0)
    for track, ticks in zip(tracks, after, strict=True):
        present(index, track, with_lead(edits_of(index, track), ticks - back))
    delay_chapters(index, -back / clock(movie))


def end(index: Box, picture: Box, seconds: float) -> None:
    """Lets all tracks end so many seconds after ``picture`` begins at the latest."""
    latest = lead(edits_of(index, picture)) + round(seconds * clock(index.require(b"mvhd")))
    for track in index.all(b"trak"):
        if presented(edits_of(index, track)) > latest:
            present(index, track, until(edits_of(index, track), latest))


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
