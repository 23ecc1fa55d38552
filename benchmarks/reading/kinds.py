"""The containers and codecs that media are made in."""

from dataclasses import dataclass

_GROUP = ("-g", "25", "-pix_fmt", "yuv420p")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-crf", "12", *_GROUP)
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", *_GROUP)
_MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", *_GROUP)
_PRORES = ("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le")
_VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", *_GROUP)
_VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", *_GROUP)

_LARGE = "scale=512:256:flags=neighbor,noise=alls=40:allf=t"
"""A program stream times packs of 2 kB: several smaller frames share one time."""


@dataclass(frozen=True)
class Kind:
    """``name``: of the codecs. ``picture``, ``sound``: ffmpeg's options for them.

    ``shape``: a filter for the frames, else as small as a number is. ``timed``: whether the container gives
    its packets times. ``streams``: whether it is MPEG's, which may be joined byte for byte.
    """

    suffix: str
    name: str
    picture: tuple[str, ...]
    sound: tuple[str, ...]
    shape: str = "null"
    timed: bool = True
    quick: bool = False

    @property
    def streams(self) -> bool:
        """Whether recordings of it are joined byte for byte."""
        return self.suffix in {".ts", ".mpg"}

    @property
    def label(self) -> str:
        """Container and codecs."""
        return f"{self.suffix[1:]} {self.name}"


KINDS = (
    Kind(".mp4", "H.264 + AAC", _H264, ("-c:a", "aac"), quick=True),
    Kind(".mp4", "HEVC + AC-3", (*_HEVC, "-tag:v", "hvc1"), ("-c:a", "ac3")),
    Kind(".mov", "ProRes + PCM", _PRORES, ("-c:a", "pcm_s16le"), quick=True),
    Kind(".mov", "H.264 + AAC", _H264, ("-c:a", "aac")),
    Kind(".mkv", "H.264 + AAC", _H264, ("-c:a", "aac")),
    Kind(".mkv", "VP9 + FLAC", _VP9, ("-c:a", "flac")),
    Kind(".webm", "VP9 + Opus", _VP9, ("-c:a", "libopus")),
    Kind(".webm", "VP8 + Opus", _VP8, ("-c:a", "libopus"), quick=True),
    Kind(".ts", "H.264 + AAC", _H264, ("-c:a", "aac"), quick=True),
    Kind(".ts", "MPEG-2 + MP2", _MPEG2, ("-c:a", "mp2")),
    Kind(".mpg", "MPEG-2 + MP2", _MPEG2, ("-c:a", "mp2"), _LARGE, quick=True),
    Kind(
        ".avi", "MPEG-4 + PCM", ("-c:v", "mpeg4", "-q:v", "2"), ("-c:a", "pcm_s16le"), timed=False, quick=True
    ),
    Kind(".avi", "H.264 + MP3", _H264, ("-c:a", "libmp3lame"), timed=False),
    Kind(
        ".mxf",
        "MPEG-2 + PCM",
        _MPEG2,
        ("-c:a", "pcm_s16le"),
        "scale=720:576:flags=neighbor",
        timed=False,
        quick=True,
    ),
)
