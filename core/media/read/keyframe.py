"""Whether a picture's first frame stands alone."""

from functools import lru_cache
from pathlib import Path

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.probe.probe import PROBE_SECONDS, require_video
from liptune.core.media.types import MediaInfo


def begins_with_keyframe(info: MediaInfo) -> bool:
    """Whether the picture's first packet can be decoded without others; decoders skip others silently.

    A file is looked at once.
    """
    state = info.path.stat()
    return _begins(info.path, require_video(info).index, (state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=64)
def _begins(path: Path, index: int, state: tuple[int, int]) -> bool:
    """``state``: of the file, which may change."""
    del state
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-select_streams", str(index),
        "-read_intervals", "%+#1", "-show_entries", "packet=flags", "-of", "csv=p=0", "-i", source(path),
    ]  # fmt: skip
    with Child(arguments, path, limit_seconds=PROBE_SECONDS) as child:
        return b"K" in b"".join(child.chunks()).split(b"\n")[0]
