"""A copy of an MP4 or QuickTime file by way of its index: what does not change is kept to the bit."""

from dataclasses import dataclass
from pathlib import Path

from liptune.core.media.mp4.assemble import Origin, assemble
from liptune.core.media.mp4.movie import Movie, handler, read_movie
from liptune.core.media.mp4.pace import set_pace
from liptune.core.media.mp4.replace import add_track, drop_tracks, replace_media, stand_back
from liptune.core.media.mp4.shift import delay, end
from liptune.core.media.mp4.tag import add_tag, name_track
from liptune.core.media.write.copy import OLD_TITLE, Track
from liptune.core.progress import Remembered


@dataclass(frozen=True)
class Changes:
    """``picture``: a file whose only track is the picture made anew, shown from ``begin_seconds`` on; None
    where the picture stays. ``sound``: a file whose only track takes the place of all sound, or stands before
    it where it ``keeps_sound``; likewise.

    ``later_seconds``: how much later all sound comes, of two the new, against all else. ``tracks``: sounds
    made anew. ``pace``: seconds of the picture that are shown in one. ``tag``: what the file says of how it
    was made. ``ends_seconds``: when all ends after the picture's first frame; None: each track where it did.
    """

    begin_seconds: float
    picture: Path | None = None
    sound: Path | None = None
    later_seconds: float = 0.0
    tracks: tuple[Track, ...] = ()
    pace: float = 1.0
    tag: str | None = None
    keeps_sound: bool = False
    ends_seconds: float | None = None


def reindex(movie: Movie, video: int, changes: Changes, output: Path, told: Remembered) -> None:
    """Writes the copy. ``video``: the number of the picture's track. Progress: ``render``.

    Raises:
        MediaUnreadable: The file's tables are damaged.
        OSError: It could not be written.
    """
    files = {id(track): movie.path for track in movie.tracks}
    picture, sounds = movie.tracks[video], [track for track in movie.tracks if handler(track) == b"soun"]
    if changes.picture:
        replace_media(movie.index, picture, read_movie(changes.picture).index, changes.begin_seconds)
        files[id(picture)] = changes.picture
    if changes.sound:
        beside = sounds[0] if changes.keeps_sound and sounds else None
        made = add_track(movie.index, picture, read_movie(changes.sound).index, changes.begin_seconds, beside)
        files[id(made)] = changes.sound
        if changes.keeps_sound:
            stand_back(made, sounds)
            for track in sounds:
                name_track(track, OLD_TITLE)
        else:
            drop_tracks(movie.index, sounds)
        sounds = [made]
    for each in changes.tracks:
        track = movie.tracks[each.replaces]
        replace_media(movie.index, track, read_movie(each.path).index, changes.begin_seconds)
        files[id(track)] = each.path
        delay(movie.index, each.begin_seconds, track.__eq__)
    if changes.pace != 1:
        set_pace(movie.index, picture, changes.pace)
    delay(movie.index, changes.later_seconds, lambda track: any(track is each for each in sounds))
    if changes.ends_seconds is not None:
        end(movie.index, picture, changes.ends_seconds)
    if changes.tag:
        add_tag(movie.index, changes.tag)
    origins = [Origin(track, files[id(track)]) for track in movie.tracks]
    assemble(movie, origins, output, told=lambda share: told("render", share))
