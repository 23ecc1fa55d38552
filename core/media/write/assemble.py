"""Making a copy: by the index of an MP4 or QuickTime file where it stays in its container, else with
ffmpeg."""

from pathlib import Path
from tempfile import TemporaryDirectory

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.mp4.matrix import write_matrix
from liptune.core.media.mp4.movie import Movie
from liptune.core.media.probe.probe import require_audio
from liptune.core.media.write.containers import COPY, MOV_FAMILY, may_copy, sound_encoder
from liptune.core.media.write.copy import NEW_TITLE, Copy, movie_of
from liptune.core.media.write.index import reindex
from liptune.core.media.write.mux import muxed
from liptune.core.media.write.parts import mux_of
from liptune.core.progress import Remembered


def write_copy(copy: Copy, output: Path, told: Remembered) -> None:
    """Writes the copy. Progress: ``render``.

    Raises:
        RenderFailed, DiskFull: It could not be written.
        TimedOut: ffmpeg stalled.
    """
    with TemporaryDirectory(prefix=".liptune-", dir=output.parent) as folder:
        movie = movie_of(copy.info, output.suffix)
        if movie is None:
            _with_ffmpeg(copy, output, Path(folder), told)
        else:
            _by_index(copy, movie, output, Path(folder), told)


def _with_ffmpeg(copy: Copy, output: Path, folder: Path, told: Remembered) -> None:
    muxed(mux_of(copy, output.suffix, folder), output, told)
    if copy.outer_matrix and output.suffix in MOV_FAMILY:
        write_matrix(output, copy.outer_matrix)


def _by_index(copy: Copy, movie: Movie, output: Path, folder: Path, told: Remembered) -> None:
    sound = None
    if copy.audio:
        sound = folder / f"sound{output.suffix}"
        _take_sound(copy, sound, told)
    reindex(copy, movie, sound, output, told)


def _take_sound(copy: Copy, path: Path, told: Remembered) -> None:
    """Writes the new sound, from 0 on."""
    sound = copy.sounds[0]
    audio = copy.audio or copy.info
    options = COPY if may_copy(path.suffix, sound.codec) else sound_encoder(path.suffix, sound.codec)
    named = ("-metadata:s:a", f"handler_name={sound.title or NEW_TITLE}") if copy.keeps_sound else ()
    arguments = [
        "ffmpeg", *QUIET, "-nostdin", "-y", "-progress", "pipe:1",
        *input_arguments(), "-i", source(audio.path),
        "-map", f"0:{require_audio(audio).index}", "-map_chapters", "-1",
        *(part for name, value in options for part in (f"-{name}:a", value)), *named, source(path),
    ]  # fmt: skip
    with Child(arguments, audio.path, heartbeat=told.again) as child:
        for _ in child.chunks():
            told.again()
        child.finish_file("The sound could not be written")
