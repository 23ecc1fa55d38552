"""Whether a picture's first frame stands alone."""

from liptune.core.media.ffmpeg import QUIET, Child, input_arguments, source
from liptune.core.media.probe.probe import PROBE_SECONDS, require_video
from liptune.core.media.types import MediaInfo


def begins_with_keyframe(info: MediaInfo) -> bool:
    """Whether the picture's first packet can be decoded without others; decoders skip others silently."""
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-select_streams", str(require_video(info).index),
        "-read_intervals", "%+#1", "-show_entries", "packet=flags", "-of", "csv=p=0", "-i", source(info.path),
    ]  # fmt: skip
    with Child(arguments, info.path, limit_seconds=PROBE_SECONDS) as child:
        return b"K" in b"".join(child.chunks()).split(b"\n")[0]
