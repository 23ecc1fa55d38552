"""Putting a track of one file in the place of another's, with all that only the other says of it kept."""

import struct

from liptune.core.media.mp4.boxes import Box, parse
from liptune.core.media.mp4.edits import scaled, with_lead
from liptune.core.media.mp4.headers import (
    alternate_group,
    clock,
    created,
    disable,
    language,
    set_alternate_group,
    set_created,
    set_language,
    set_track_id,
)
from liptune.core.media.mp4.movie import handler
from liptune.core.media.mp4.shift import edits_of, present

_KEPT_OF_PICTURES = frozenset(
    {b"clap", b"colr", b"pasp", b"st3d", b"sv3d", b"mdcv", b"clli", b"amve", b"ccst"}
)
"""What a picture's description says of how it is shown: aperture, colour, projection, light."""
_ENTRY, _PICTURE_ENTRY = 8, 86
"""Bytes before the first entry of ``stsd``, and before a picture entry's own boxes."""


def replace_media(index: Box, track: Box, made_index: Box, begin_seconds: float) -> None:
    """Gives ``track`` the media of the first track of another movie, presented from ``begin_seconds`` on.

    Its id, matrix, size, references, names, language and time of creation stay. Its samples lie in the file
    of that movie.
    """
    made = made_index.require(b"trak")
    media, old = made.require(b"mdia"), track.require(b"mdia")
    header, before = media.require(b"mdhd"), old.require(b"mdhd")
    set_language(header, language(before))
    set_created(header, created(before))
    table = media.require(b"minf", b"stbl", b"stsd")
    if handler(track) == b"vide":
        table.payload = _with_kept(table.payload, old.require(b"minf", b"stbl", b"stsd").payload)
    names = [box for box in old.children if box.kind not in {b"mdhd", b"minf"}]
    track.put(Box(b"mdia", children=[header, *names, media.require(b"minf")]))
    movie = clock(index.require(b"mvhd"))
    edits = scaled(with_lead(edits_of(made_index, made), 0), clock(made_index.require(b"mvhd")), movie)
    present(index, track, with_lead(edits, max(0, round(begin_seconds * movie))))


def stand_back(first: Box, others: list[Box]) -> None:
    """Makes ``others`` alternatives to the track ``first``, which is the one to be played."""
    group = alternate_group(first.require(b"tkhd")) or _ANY_GROUP
    for track in (first, *others):
        set_alternate_group(track.require(b"tkhd"), group)
    for track in others:
        disable(track.require(b"tkhd"))


_ANY_GROUP = 1


def drop_tracks(index: Box, tracks: list[Box]) -> None:
    """Takes tracks out of the index, and their ids out of the references of others."""
    gone = {clock(track.require(b"tkhd")) for track in tracks}
    index.children = [box for box in index.children if not any(box is track for track in tracks)]
    for track in index.all(b"trak"):
        references = track.find(b"tref")
        if references:
            kept = [_without(each, gone) for each in parse(references.payload)]
            references.payload = b"".join(each.encoded() for each in kept if each.payload)


def _without(reference: Box, gone: set[int]) -> Box:
    count = len(reference.payload) // 4
    ids = struct.unpack_from(f">{count}I", reference.payload)
    return Box(reference.kind, b"".join(struct.pack(">I", each) for each in ids if each not in gone))


def _with_kept(made: bytes, old: bytes) -> bytes:
    """The description of a new picture, with what it lacks of how the old one is shown."""
    entry, before = made[_ENTRY:], old[_ENTRY:]
    if int.from_bytes(made[4:8]) != 1 or len(entry) < _PICTURE_ENTRY or len(before) < _PICTURE_ENTRY:
        return made
    has = {box.kind for box in parse(entry[_PICTURE_ENTRY:])}
    size = int.from_bytes(before[:4])
    kept = [
        box.encoded()
        for box in parse(before[_PICTURE_ENTRY:size])
        if box.kind in _KEPT_OF_PICTURES and box.kind not in has
    ]
    grown = entry + b"".join(kept)
    return made[:_ENTRY] + len(grown).to_bytes(4) + grown[4:]


def add_track(
    index: Box, beside: Box, made_index: Box, begin_seconds: float, before: Box | None = None
) -> Box:
    """Adds the first track of another movie ``before`` a track, else after the track ``beside``; presented
    from ``begin_seconds`` on.

    Returns the track. Its samples lie in the file of that movie.
    """
    movie, made = index.require(b"mvhd"), made_index.require(b"trak")
    number = 1 + max(clock(track.require(b"tkhd")) for track in index.all(b"trak"))
    set_track_id(made.require(b"tkhd"), number)
    movie.payload = movie.payload[:-4] + (number + 1).to_bytes(4)
    edits = scaled(edits_of(made_index, made), clock(made_index.require(b"mvhd")), clock(movie))
    at = next(at for at, box in enumerate(index.children) if box is (before or beside))
    index.children.insert(at + (before is None), made)
    present(index, made, with_lead(edits, max(0, round(begin_seconds * clock(movie)))))
    return made
