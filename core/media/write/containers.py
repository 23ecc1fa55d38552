"""The containers that results are written in, and the sound that each can hold."""

from dataclasses import dataclass

from liptune.core.media.types import MediaInfo

_WEBM_PICTURE, _WEBM_SOUND = {"vp8", "vp9", "av1"}, {"opus", "vorbis"}
_MOV_ONLY = {"prores", "dnxhd", "qtrle"}
_SUFFIXES = {"avi": ".avi", "mpegts": ".ts", "mpeg": ".mpg", "flv": ".flv", "ogg": ".ogv"}


@dataclass(frozen=True)
class _Sound:
    """``accepts``: codecs that may be copied (None: any). ``encode``: what the others become."""

    accepts: frozenset[str] | None
    encode: tuple[str, ...]
    has_timestamps: bool = True


_AAC = ("-c:a", "aac", "-b:a", "256k")
_SOUND = {
    ".mp4": _Sound(frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac", "dts"}), _AAC),
    ".mov": _Sound(
        frozenset({"aac", "mp3", "ac3", "alac", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_f32le"}), _AAC
    ),
    ".mkv": _Sound(None, ("-c:a", "flac")),
    ".webm": _Sound(frozenset(_WEBM_SOUND), ("-c:a", "libopus", "-b:a", "192k")),
    ".avi": _Sound(frozenset({"mp3", "pcm_s16le", "ac3"}), ("-c:a", "pcm_s16le"), has_timestamps=False),
    ".ts": _Sound(frozenset({"aac", "mp2", "mp3", "ac3", "eac3"}), _AAC),
    ".mpg": _Sound(frozenset({"mp2", "ac3"}), ("-c:a", "mp2", "-b:a", "384k")),
    ".flv": _Sound(frozenset({"aac", "mp3"}), (*_AAC, "-ar", "44100")),
    ".ogv": _Sound(frozenset({"vorbis", "opus", "flac"}), ("-c:a", "libvorbis", "-q:a", "8")),
}
MOV_FAMILY = frozenset({".mp4", ".mov"})


def output_suffix(info: MediaInfo) -> str:
    """The suffix that a repaired copy of the media should have: its own container, else Matroska.

    A turned picture goes into MP4, which can keep the rotation everywhere.
    """
    family = info.container.split(",")[0]
    video = info.video.codec if info.video else ""
    sounds = {audio.codec for audio in info.audio}
    if family == "mov":
        quicktime = video in _MOV_ONLY or any(codec.startswith("pcm_") for codec in sounds)
        return ".mov" if quicktime or info.path.suffix.lower() == ".mov" else ".mp4"
    if info.video and info.video.rotation:
        return ".mp4"
    if family == "matroska":
        return ".webm" if video in _WEBM_PICTURE and sounds <= _WEBM_SOUND else ".mkv"
    return _SUFFIXES.get(family, ".mkv")


def may_copy(suffix: str, codec: str) -> bool:
    """Whether sound of this codec can go into the format as it is."""
    accepts = _sound(suffix).accepts
    return accepts is None or codec in accepts


def has_timestamps(suffix: str) -> bool:
    """Whether the format can say that sound begins later than the picture."""
    return _sound(suffix).has_timestamps


def sound_encoder(suffix: str) -> tuple[str, ...]:
    """ffmpeg's options to encode sound for the format."""
    return _sound(suffix).encode


def _sound(suffix: str) -> _Sound:
    return _SOUND.get(suffix.lower(), _SOUND[".mkv"])
