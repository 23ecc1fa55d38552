"""The display matrix of a finished MP4 or QuickTime file."""

from pathlib import Path

from liptune.core.errors import RenderFailed
from liptune.core.media.mp4.headers import set_matrix
from liptune.core.media.mp4.movie import handler, read_movie


def write_matrix(path: Path, values: tuple[int, ...]) -> None:
    """Makes players turn, mirror or tilt the picture: the nine values, in 16.16 and 2.30, as ffprobe shows
    them.

    Written into the track's header (ISO/IEC 14496-12, 8.3.2) because the options for it differ between
    releases of ffmpeg, and know angles only.
    """
    movie = read_movie(path)
    header = next((t.require(b"tkhd") for t in movie.tracks if handler(t) == b"vide"), None)
    if header is None:
        raise RenderFailed("The rotation cannot be written: the file has no picture track")
    set_matrix(header, values)
    with path.open("r+b") as file:
        file.seek(movie.begin)
        file.write(b"".join(box.encoded() for box in movie.index.children))
