"""A copy of an MP4 or QuickTime file by way of its index: what does not change is kept to the bit."""

from pathlib import Path

from liptune.core.media.mp4.assemble import Origin, assemble
from liptune.core.media.mp4.headers import set_matrix
from liptune.core.media.mp4.movie import Movie, handler, read_movie
from liptune.core.media.mp4.pace import set_pace
from liptune.core.media.mp4.replace import add_track, drop_tracks, replace_media, stand_back
from liptune.core.media.mp4.shift import delay, end
from liptune.core.media.mp4.tag import add_tag, name_track
from liptune.core.media.probe.probe import require_video
from liptune.core.media.write.copy import OLD_TITLE, Copy
from liptune.core.progress import Remembered


def reindex(copy: Copy, movie: Movie, sound: Path | None, output: Path, told: Remembered) -> None:
    """Writes the copy of ``movie``. ``sound``: a file whose only track is the new one. Progress: ``render``.

    Raises:
        MediaUnreadable: The file's tables are damaged.
        OSError: It could not be written.
    """
    files = {id(track): movie.path for track in movie.tracks}
    picture, sounds = (
        movie.tracks[require_video(copy.info).index],
        [track for track in movie.tracks if handler(track) == b"soun"],
    )
    if copy.picture:
        replace_media(movie.index, picture, read_movie(copy.picture).index, copy.begin_seconds)
        files[id(picture)] = copy.picture
        if copy.outer_matrix:
            set_matrix(picture.require(b"tkhd"), copy.outer_matrix)
    if sound:
        beside = sounds[0] if copy.keeps_sound and sounds else None
        made = add_track(movie.index, picture, read_movie(sound).index, copy.begin_seconds, beside)
        files[id(made)] = sound
        if copy.keeps_sound:
            stand_back(made, sounds)
            for track in sounds:
                name_track(track, OLD_TITLE)
        else:
            drop_tracks(movie.index, sounds)
        sounds = [made]
    for each in copy.tracks:
        track = movie.tracks[each.replaces]
        replace_media(movie.index, track, read_movie(each.path).index, copy.begin_seconds)
        files[id(track)] = each.path
        delay(movie.index, each.begin_seconds, track.__eq__)
    if copy.pace != 1:
        set_pace(movie.index, picture, copy.pace)
    delay(movie.index, copy.later_seconds, lambda track: any(track is each for each in sounds))
    if copy.ends_seconds is not None:
        end(movie.index, picture, copy.ends_seconds)
    if copy.tag:
        add_tag(movie.index, copy.tag)
    origins = [Origin(track, files[id(track)]) for track in movie.tracks]
    assemble(movie, origins, output, told=lambda share: told("render", share))
