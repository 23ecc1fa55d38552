"""The containers that results are written in, and the streams that each can hold."""

from collections.abc import Set
from dataclasses import dataclass

from liptune.core.errors import InvalidOption, RenderFailed
from liptune.core.media.inventory.types import Stream
from liptune.core.media.types import MediaInfo, VideoStream

Options = tuple[tuple[str, str], ...]
"""Names and values of a stream's options, without what says which stream they are for."""

COPY: Options = (("c", "copy"),)

_PICTURES = {
    ".mxf": {"mpeg2video", "dnxhd", "dvvideo", "h264", "jpeg2000", "prores"},
    ".mpg": {"mpeg1video", "mpeg2video"},
    ".ts": {"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "vc1", "cavs", "dirac"},
    ".m2ts": {"h264", "hevc", "mpeg1video", "mpeg2video", "vc1"},
    ".webm": {"vp8", "vp9", "av1"},
    ".ogv": {"theora", "vp8"},
    ".flv": {"flv1", "h264", "vp6f", "vp6a", "flashsv", "flashsv2"},
}
"""Of formats that hold few. ffmpeg gives most packets of other pictures in a program stream no time, or takes
them for sound, and does not know them again in a transport stream; what it says
of the rest is for its own users."""
_WEBM_SOUND = {"opus", "vorbis"}
_MOV_ONLY = {"prores", "dnxhd", "qtrle"}
_MXF_PICTURE, _MXF_SOUND = {"mpeg2video", "dnxhd", "h264"}, {"pcm_s16le", "pcm_s24le"}
_SUFFIXES = {"avi": ".avi", "mpeg": ".mpg", "flv": ".flv", "ogg": ".ogv"}
_TEXT = frozenset({"subrip", "ass", "ssa", "webvtt", "mov_text", "text"})


@dataclass(frozen=True)
class _Sound:
    """``accepts``: codecs that may be copied (None: any). ``encode``: what the others become.

    ``begins_late``: whether the format can say that sound begins later than the picture, or earlier.
    ``outlasts``: whether it can go on when the picture has ended. ``several``: whether there may be more than
    one.
    """

    accepts: frozenset[str] | None
    encode: Options
    begins_late: bool = True
    outlasts: bool = True
    several: bool = True


@dataclass(frozen=True)
class _Extras:
    """Beside picture and sound: ``subtitles`` that may be copied, and what ``text`` becomes (None: nothing).

    ``data``: whether any other stream may be copied. ``files``: whether fonts and covers may be attached.
    ``cover``: whether a picture may be marked as the cover.
    """

    subtitles: frozenset[str] = frozenset()
    text: str | None = None
    data: bool = False
    files: bool = False
    cover: bool = False


_AAC = (("c", "aac"), ("b", "256k"))
_PCM = frozenset({"pcm_s16le", "pcm_s24le"})
_SOUND = {
    ".mp4": _Sound(frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac", "dts"}), _AAC),
    ".mov": _Sound(
        frozenset({"aac", "mp3", "ac3", "alac", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_f32le"}), _AAC
    ),
    ".mkv": _Sound(None, (("c", "flac"),)),
    ".webm": _Sound(frozenset(_WEBM_SOUND), (("c", "libopus"), ("b", "192k"))),
    ".avi": _Sound(frozenset({"mp3", "ac3"}) | _PCM, (("c", "pcm_s16le"),), begins_late=False),
    ".ts": _Sound(frozenset({"aac", "mp2", "mp3", "ac3", "eac3", "dts", "truehd", "s302m"}), _AAC),
    ".m2ts": _Sound(
        frozenset({"ac3", "eac3", "dts", "pcm_bluray"}),
        (("c", "ac3"), ("b", "448k"), ("ar", "48000")),
    ),
    ".mpg": _Sound(frozenset({"mp2", "ac3", "dts"}), (("c", "mp2"), ("b", "384k"))),
    ".flv": _Sound(frozenset({"aac", "mp3"}), (*_AAC, ("ar", "44100")), several=False),
    ".ogv": _Sound(frozenset({"vorbis", "opus", "flac"}), (("c", "libvorbis"), ("q", "8"))),
    ".mxf": _Sound(_PCM, (("c", "pcm_s24le"), ("ar", "48000")), begins_late=False, outlasts=False),
}
_ISO = _Extras(frozenset({"mov_text", "dvd_subtitle"}), text="mov_text", cover=True)
_EXTRAS = {
    ".mp4": _ISO,
    ".mov": _Extras(frozenset({"mov_text"}), text="mov_text"),
    ".mkv": _Extras(
        frozenset({"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "hdmv_text_subtitle"})
        | _TEXT - {"mov_text"},
        text="subrip",
        files=True,
        cover=True,
    ),
    ".webm": _Extras(frozenset({"webvtt"}), text="webvtt"),
    ".ts": _Extras(frozenset({"dvb_subtitle", "dvb_teletext"}), data=True),
    ".m2ts": _Extras(frozenset({"hdmv_pgs_subtitle"})),
    ".mpg": _Extras(frozenset({"dvd_subtitle"})),
}
_PICTURES[".mts"], _SOUND[".mts"], _EXTRAS[".mts"] = _PICTURES[".m2ts"], _SOUND[".m2ts"], _EXTRAS[".m2ts"]
MOV_FAMILY = frozenset({".mp4", ".mov"})
M2TS = frozenset({".m2ts", ".mts"})
"""Transport streams whose packets bear the time at which they arrive: Blu-ray's, and cameras' (AVCHD)."""
TRANSPORT = frozenset({".ts"}) | M2TS
CONSTANT_RATE = frozenset({".avi", ".mxf"})
"""Formats in which frames have numbers, not times."""
MATROSKA_FAMILY = frozenset({".mkv", ".webm"})


def output_suffix(info: MediaInfo) -> str:
    """The suffix that a repaired copy of the media should have: its own container, else QuickTime or
    Matroska.

    A picture that its container turns goes into MP4, which can keep the rotation everywhere, and so does one
    whose packets do that cannot be written so again.
    """
    family, video = info.container.split(",")[0], info.video.codec if info.video else ""
    sounds = {audio.codec for audio in info.audio}
    if family == "mov":
        return _mp4_or_quicktime(info, video, sounds)
    if info.video and info.video.rotation and not keeps_rotation(info.video):
        return ".mp4"
    in_webm = video in _PICTURES[".webm"] and sounds <= _WEBM_SOUND
    in_mxf = video in _MXF_PICTURE and not _misses_order(info, ".mxf") and sounds <= _MXF_SOUND
    chosen = {
        "matroska": ".webm" if in_webm else ".mkv",
        "mxf": ".mxf" if in_mxf else ".mov",
        "mpeg": ".mpg" if video in _PICTURES[".mpg"] else ".ts",
        "mpegts": _transport(info, video, sounds),
    }
    return chosen.get(family) or _SUFFIXES.get(family, ".mkv")


def _mp4_or_quicktime(info: MediaInfo, video: str, sounds: Set[str]) -> str:
    if video in _MOV_ONLY or any(codec.startswith("pcm_") for codec in sounds):
        return ".mov"
    named = info.path.suffix.lower()
    return named if named in MOV_FAMILY else ".mov" if info.variant == "quicktime" else ".mp4"


def _transport(info: MediaInfo, video: str, sounds: Set[str]) -> str:
    named = info.path.suffix.lower()
    own = named if named in M2TS else ".m2ts"
    holds = video in _PICTURES[own] and all(may_copy(own, codec) for codec in sounds)
    return own if info.variant == "m2ts" and holds else ".ts"


_OTHER_NAMES = {
    ".m2t": ".ts",
    ".m4v": ".mp4",
    ".qt": ".mov",
    ".mpeg": ".mpg",
    ".vob": ".mpg",
    ".ogg": ".ogv",
}


def known_suffix(suffix: str) -> str:
    """The suffix by which the container of a file with this one is called here: ``.MPEG`` is ``.mpg``.

    Raises `InvalidOption` where copies are not written in such.
    """
    named = suffix.lower()
    known = _OTHER_NAMES.get(named, named)
    if known not in _SOUND:
        raise InvalidOption(
            f"Copies are not written as {suffix} files",
            remedy=f"Name a file {', '.join(f'*{each}' for each in sorted(_SOUND))}.",
        )
    return known


def same_container(one: str, other: str) -> bool:
    """Whether files with these suffixes are of one container. Raises as `known_suffix`."""
    kinds = {known_suffix(each) for each in (one, other)}
    return len(kinds) == 1 or kinds <= M2TS


def keeps_rotation(video: VideoStream) -> bool:
    """Whether the picture's own packets turn it, as those of a picture drawn again can too."""
    return video.turned_in_packets and video.codec == "h264"


def require_place(video: VideoStream, codec: str, suffix: str, *, redrawn: bool) -> None:
    """Raises `RenderFailed` where the format has no place for the picture in that codec, or shows it on its
    side."""
    holds = _PICTURES.get(suffix)
    if holds is not None and codec not in holds:
        raise RenderFailed(
            f"An {suffix} file holds {', '.join(sorted(holds))}, and the picture is {codec}",
            remedy="Write a .mkv or .mov file, or one like the source.",
        )
    kept = keeps_rotation(video) if redrawn else video.turned_in_packets
    if video.rotation and not kept and suffix not in MOV_FAMILY:
        raise RenderFailed(f"{suffix} files cannot keep the rotation", remedy="Write an .mp4 file.")


def require_order(info: MediaInfo, suffix: str) -> None:
    """Raises `RenderFailed` where copied packets would be shown in the order in which they are decoded."""
    if info.clock.of(_index(info)).apart is not None and suffix != ".avi":
        raise RenderFailed(
            f"An .avi file does not say when each of its frames is shown, as {suffix} files must",
            remedy="Write an .avi file.",
        )
    if _misses_order(info, suffix):
        raise RenderFailed(
            "Frames of H.264 that are decoded in another order than they are shown in cannot be copied into "
            f"an {suffix} file",
            remedy="Write a .mov or .mkv file.",
        )


def _misses_order(info: MediaInfo, suffix: str) -> bool:
    """ffmpeg gives each frame of H.264 in MXF the time at which it is decoded."""
    return suffix == ".mxf" and info.video is not None and info.video.codec == "h264" and info.video.reordered


def _index(info: MediaInfo) -> int:
    return info.video.index if info.video else -1


def require_sounds(suffix: str) -> None:
    """Raises `RenderFailed` where the format has a place for one sound only."""
    if not _sound(suffix).several:
        raise RenderFailed(
            f"An {suffix} file has a place for one sound: the old one cannot be kept beside the new",
            remedy="Write a .mkv or .mp4 file, or do not keep the old sound.",
        )


def is_own(info: MediaInfo, suffix: str) -> bool:
    """Whether the suffix is of the container that the media is in."""
    family = info.container.split(",")[0]
    own = {"mov": MOV_FAMILY, "matroska": MATROSKA_FAMILY, "mxf": {".mxf"}}
    own["mpegts"] = M2TS if info.variant == "m2ts" else {".ts"}
    return suffix in own.get(family, {_SUFFIXES.get(family)})


def may_copy(suffix: str, codec: str) -> bool:
    """Whether sound of this codec can go into the format as it is."""
    accepts = _sound(suffix).accepts
    return accepts is None or codec in accepts


def begins_late(suffix: str) -> bool:
    """Whether the format can say that sound begins later than the picture, or earlier."""
    return _sound(suffix).begins_late


def may_outlast(suffix: str) -> bool:
    """Whether the format can hold sound after the last frame."""
    return _sound(suffix).outlasts


def sound_encoder(suffix: str, codec: str) -> Options:
    """How sound of this codec is encoded for the format: PCM in its own depth where the format takes that."""
    sound = _sound(suffix)
    (_, default), *rest = sound.encode
    own = codec.startswith("pcm_") and sound.accepts is not None and codec in sound.accepts
    return (("c", codec if own else default), *rest)


def carried(suffix: str, stream: Stream) -> Options | None:
    """How a stream that is neither picture nor sound goes into the format; None where it cannot."""
    extras = _EXTRAS.get(suffix, _Extras())
    if stream.kind == "subtitle" and stream.codec not in extras.subtitles:
        return (("c", extras.text),) if stream.codec in _TEXT and extras.text else None
    if stream.kind == "data" and suffix in MOV_FAMILY:
        return (*COPY, ("tag", "gpmd")) if stream.codec_tag == "gpmd" else None
    if stream.kind == "data" and stream.codec in {"bin_data", "unknown"} and stream.codec_tag.isalpha():
        return None  # QuickTime's name alone says what it is
    room = {"data": extras.data, "attachment": extras.files, "cover": extras.cover}
    return COPY if room.get(stream.kind, True) else None


def attaches_covers(suffix: str) -> bool:
    """Whether a cover is a file beside the streams."""
    return suffix in MATROSKA_FAMILY


def _sound(suffix: str) -> _Sound:
    return _SOUND.get(suffix.lower(), _SOUND[".mkv"])
