"""Chooses the encoder and its options: the source's codec family, visually lossless."""

from dataclasses import dataclass

from liptune.core.media.read.raw import RawFormat
from liptune.core.media.types import VideoStream
from liptune.core.media.write.picture import Picture

_8_BIT = ("yuv420p", "yuv422p", "yuv444p")
_10_BIT = ("yuv420p10le", "yuv422p10le", "yuv444p10le")
_12_BIT = ("yuv420p12le", "yuv422p12le", "yuv444p12le")
_FULL_RANGE = ("yuvj420p", "yuvj422p", "yuvj444p")


@dataclass(frozen=True)
class Encoder:
    """An ffmpeg encoder, its options, and the pixel formats it takes, the preferred fallback first."""

    name: str
    options: tuple[str, ...]
    pixel_formats: tuple[str, ...]
    odd_sizes: bool = True


H264 = Encoder(
    "libx264", ("-preset", "faster", "-crf", "15"), (*_8_BIT, *_10_BIT, *_FULL_RANGE, "gray"), odd_sizes=False
)
MPEG4 = Encoder("mpeg4", ("-q:v", "1"), ("yuv420p",))

_FAMILIES = {
    "h264": H264,
    "hevc": Encoder(
        "libx265",
        ("-preset", "medium", "-crf", "18"),
        (*_8_BIT, *_10_BIT, *_12_BIT, *_FULL_RANGE, "gray", "gray10le", "gray12le"),
        odd_sizes=False,
    ),
    "prores": Encoder("prores_ks", ("-vendor", "apl0"), ("yuv422p10le", "yuv444p10le", "yuva444p10le")),
    "vp8": Encoder(
        "libvpx", ("-crf", "4", "-b:v", "40M", "-deadline", "good", "-cpu-used", "4"), ("yuv420p",)
    ),
    "vp9": Encoder(
        "libvpx-vp9",
        ("-crf", "15", "-b:v", "0", "-deadline", "good", "-cpu-used", "4", "-row-mt", "1"),
        (*_8_BIT, *_10_BIT, *_12_BIT),
    ),
    "av1": Encoder("libsvtav1", ("-preset", "8", "-crf", "18"), ("yuv420p", "yuv420p10le"), odd_sizes=False),
    "mpeg1video": Encoder("mpeg1video", ("-q:v", "1"), ("yuv420p",)),
    "mpeg2video": Encoder("mpeg2video", ("-q:v", "1"), ("yuv420p", "yuv422p")),
    "mjpeg": Encoder("mjpeg", ("-q:v", "1"), _FULL_RANGE),
    "theora": Encoder("libtheora", ("-q:v", "10"), _8_BIT),
    "ffv1": Encoder("ffv1", (), (*_8_BIT, *_10_BIT, *_12_BIT, "gray", "gray10le", "gray12le")),
    "flv1": Encoder("flv", ("-q:v", "1"), ("yuv420p",)),
}
_DEEP = ("p9", "p10", "p12", "p14", "p16", "y10", "y12", "y16", "48", "64")
_PRORES_PROFILES = ("Proxy", "LT", "Standard", "HQ", "4444", "XQ")


def encoder_for(video: VideoStream) -> Encoder:
    """Returns the encoder of the source codec's family; H.264 for codecs that nobody encodes any more."""
    encoder = _FAMILIES.get(video.codec, H264)
    odd = video.coded_width % 2 or video.coded_height % 2
    return MPEG4 if odd and not encoder.odd_sizes else encoder


def raw_format(video: VideoStream) -> RawFormat:
    """The layout in which frames travel from the decoder to the encoder: the source's own where possible."""
    allowed = encoder_for(video).pixel_formats
    chroma = next((c for c in ("422", "444", "gray") if c in video.pixel_format), "420")
    if video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb", "abgr")):
        chroma = "444"
    plane = "gray" if chroma == "gray" else f"yuv{chroma}p"
    deep = (
        "10le"
        if any(bits in video.pixel_format for bits in ("p9", "p10", "p12", "p14", "p16", "48", "64"))
        else ""
    )
    wanted = (video.pixel_format, plane + deep, plane, "yuv420p" + deep)
    name = next((name for name in wanted if name in allowed), allowed[0])
    return RawFormat(name, video.coded_width, video.coded_height)


def encoder_options(encoder: Encoder, picture: Picture) -> tuple[str, ...]:
    """The encoder's options for this picture: ProRes profile, HDR metadata, interlacing."""
    options = encoder.options
    if encoder.name == "prores_ks" and picture.profile in _PRORES_PROFILES:
        options += ("-profile:v", str(_PRORES_PROFILES.index(picture.profile)))
    if encoder.name == "libx265":
        options += ("-x265-params", ":".join(("log-level=error", *picture.x265_hdr)))
    if picture.fields and encoder.name in {"libx264", "mpeg2video"}:
        options += ("-flags", "+ildct+ilme")
    return options
