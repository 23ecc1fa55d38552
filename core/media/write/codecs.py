"""Chooses the encoder and its options: the source's codec family, visually lossless."""

from dataclasses import dataclass

from liptune.core.media.pixels import bits_of, has_alpha, is_rgb
from liptune.core.media.read.raw import RawFormat
from liptune.core.media.types import VideoStream
from liptune.core.media.write import gop
from liptune.core.media.write.picture import Picture

_8_BIT = ("yuv420p", "yuv422p", "yuv444p")
_10_BIT = ("yuv420p10le", "yuv422p10le", "yuv444p10le")
_12_BIT = ("yuv420p12le", "yuv422p12le", "yuv444p12le")
_FULL_RANGE = ("yuvj420p", "yuvj422p", "yuvj444p")


@dataclass(frozen=True)
class Encoder:
    """An ffmpeg encoder, its options, and the pixel formats it is fed with, the preferred fallback first.

    ``alpha``: more of them, with an alpha plane. ``rgb``: formats of red, green and blue that it encodes,
    from few bits to many: it is fed with `_RGB_TRAVELS` for these.
    """

    name: str
    options: tuple[str, ...]
    pixel_formats: tuple[str, ...]
    odd_sizes: bool = True
    alpha: tuple[str, ...] = ()
    rgb: tuple[str, ...] = ()


_RGB_TRAVELS = {False: "yuv444p12le", True: "yuva444p12le"}
"""What red, green and blue travel as, without and with alpha."""
_GBRP = ("gbrp", "gbrp10le", "gbrp12le")

H264 = Encoder(
    "libx264", ("-preset", "faster", "-crf", "15"), (*_8_BIT, *_10_BIT, *_FULL_RANGE, "gray"), odd_sizes=False
)
H264_RGB = Encoder("libx264rgb", H264.options, (), rgb=("rgb24",))
X264 = frozenset({H264, H264_RGB})
PRORES = Encoder("prores_ks", ("-vendor", "apl0"), ("yuv422p10le", "yuv444p10le"), alpha=("yuva444p10le",))
MPEG4 = Encoder("mpeg4", ("-q:v", "1"), ("yuv420p",))

_FAMILIES = {
    "h264": H264,
    "hevc": Encoder(
        "libx265",
        ("-preset", "medium", "-crf", "18"),
        (*_8_BIT, *_10_BIT, *_12_BIT, *_FULL_RANGE, "gray", "gray10le", "gray12le"),
        odd_sizes=False,
        rgb=_GBRP,
    ),
    "prores": PRORES,
    "qtrle": Encoder("qtrle", (), (), rgb=("rgb24", "argb")),
    "png": Encoder("png", (), ("gray",), rgb=("rgb24", "rgba")),
    "utvideo": Encoder("utvideo", (), _8_BIT, rgb=("gbrp", "gbrap")),
    "ffvhuff": Encoder("ffvhuff", (), (*_8_BIT, *_10_BIT, *_12_BIT, "gray"), rgb=("rgb24", "bgra")),
    "vp8": Encoder(
        "libvpx",
        ("-crf", "4", "-b:v", "40M", "-deadline", "good", "-cpu-used", "4"),
        ("yuv420p",),
        alpha=("yuva420p",),
    ),
    "vp9": Encoder(
        "libvpx-vp9",
        ("-crf", "15", "-b:v", "0", "-deadline", "good", "-cpu-used", "4", "-row-mt", "1"),
        (*_8_BIT, *_10_BIT, *_12_BIT),
        alpha=("yuva420p",),
        rgb=_GBRP,
    ),
    "av1": Encoder("libsvtav1", ("-preset", "8", "-crf", "18"), ("yuv420p", "yuv420p10le"), odd_sizes=False),
    "mpeg1video": Encoder("mpeg1video", ("-q:v", "1"), ("yuv420p",)),
    "mpeg2video": Encoder("mpeg2video", ("-q:v", "1"), ("yuv420p", "yuv422p")),
    "mjpeg": Encoder("mjpeg", ("-q:v", "1"), _FULL_RANGE),
    "theora": Encoder("libtheora", ("-q:v", "10"), _8_BIT),
    "ffv1": Encoder(
        "ffv1",
        (),
        (*_8_BIT, *_10_BIT, *_12_BIT, "gray", "gray10le", "gray12le"),
        alpha=("yuva444p10le", "yuva420p", "yuva422p", "yuva444p"),
        rgb=("bgr0", "bgra", "gbrp10le", "gbrap10le", "gbrp12le", "gbrap12le"),
    ),
    "dnxhd": Encoder("dnxhd", (), ("yuv422p", "yuv422p10le", "yuv444p10le")),
    "flv1": Encoder("flv", ("-q:v", "1"), ("yuv420p",)),
}
_DNXHR_PROFILES = {
    "DNXHR LB": "dnxhr_lb",
    "DNXHR SQ": "dnxhr_sq",
    "DNXHR HQ": "dnxhr_hq",
    "DNXHR HQX": "dnxhr_hqx",
    "DNXHR 444": "dnxhr_444",
}
_DNXHR_BY_PIXELS = {"yuv422p": "dnxhr_hq", "yuv422p10le": "dnxhr_hqx", "yuv444p10le": "dnxhr_444"}
"""What DNxHD of fixed sizes and rates becomes: DNxHR (SMPTE ST 2019-1) takes any."""
_PRORES_PROFILES = ("Proxy", "LT", "Standard", "HQ", "4444", "XQ")


def encoder_for(video: VideoStream) -> Encoder:
    """Returns the encoder of the source codec's family; for codecs that nobody encodes any more H.264, or
    ProRes where they have an alpha plane."""
    if video.codec == "h264" and is_rgb(video.pixel_format):
        return H264_RGB
    encoder = _FAMILIES.get(video.codec, PRORES if video.alpha else H264)
    odd = video.coded_width % 2 or video.coded_height % 2
    return MPEG4 if odd and not encoder.odd_sizes else encoder


def written_codec(video: VideoStream) -> str:
    """What a picture that is drawn again is encoded in."""
    encoder = encoder_for(video)
    own = _FAMILIES.get(video.codec)
    named = {H264: "h264", H264_RGB: "h264", PRORES: "prores"}
    return video.codec if encoder is own else named.get(encoder, "mpeg4")


def raw_format(video: VideoStream) -> RawFormat:
    """The layout in which frames travel from the decoder to the encoder: the source's own where possible."""
    encoder = encoder_for(video)
    if _stays_rgb(video, encoder):
        transparent = video.alpha and any(map(has_alpha, encoder.rgb))
        return RawFormat(_RGB_TRAVELS[transparent], video.coded_width, video.coded_height)
    chroma = next((c for c in ("422", "444", "gray") if c in video.pixel_format), "420")
    chroma = "444" if is_rgb(video.pixel_format) else chroma
    deep = "10le" if bits_of(video.pixel_format) > 8 else ""
    if video.alpha and encoder.alpha:
        allowed = encoder.alpha
        wanted: tuple[str, ...] = (video.pixel_format, f"yuva{chroma}p{deep}", f"yuva{chroma}p")
    else:
        allowed = encoder.pixel_formats
        plane = "gray" if chroma == "gray" else f"yuv{chroma}p"
        wanted = (video.pixel_format, plane + deep, plane, "yuv420p" + deep)
    name = next((name for name in wanted if name in allowed), allowed[0])
    return RawFormat(name, video.coded_width, video.coded_height)


def _stays_rgb(video: VideoStream, encoder: Encoder) -> bool:
    return bool(encoder.rgb) and (is_rgb(video.pixel_format) or not encoder.pixel_formats)


def encoded_format(video: VideoStream, layout: RawFormat) -> str:
    """The pixel format that is encoded of frames laid out like that."""
    encoder = encoder_for(video)
    if not _stays_rgb(video, encoder):
        return layout.name
    formats = [name for name in encoder.rgb if has_alpha(name) is layout.has_alpha]
    return next((name for name in formats if bits_of(name) >= bits_of(video.pixel_format)), formats[-1])


def encoder_options(encoder: Encoder, picture: Picture, layout: RawFormat) -> tuple[str, ...]:
    """The encoder's options for this picture: profile, HDR metadata, alpha, interlacing."""
    options, alpha = encoder.options, layout.has_alpha
    if encoder.name == "dnxhd":
        options += ("-profile:v", _DNXHR_PROFILES.get(picture.profile, _DNXHR_BY_PIXELS[layout.name]))
    if encoder in X264 and picture.profile.endswith("Intra"):
        options += ("-g", "1")
    if encoder.name == "prores_ks" and picture.profile in _PRORES_PROFILES:
        options += ("-profile:v", str(_PRORES_PROFILES.index(picture.profile)))
    if encoder.name == "libx265":
        options += ("-x265-params", ":".join(("log-level=error", *picture.x265_hdr)))
    if alpha and encoder.name in {"libvpx", "libvpx-vp9"}:
        options += ("-auto-alt-ref", "0")
    if picture.gop_timecode and encoder.name in gop.CODECS:
        options += ("-gop_timecode", picture.gop_timecode)
    if picture.fields and (encoder in X264 or encoder.name == "mpeg2video"):
        options += ("-flags", "+ildct+ilme")
    return options
