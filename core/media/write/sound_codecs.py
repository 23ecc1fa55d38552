"""Which encoder brings a sound back in its own codec: lossless, or at its bit rate or better."""

import json
from dataclasses import dataclass

from liptune.core.media.ffmpeg import QUIET, input_arguments, output_of, source
from liptune.core.media.lossless import ENCODED, is_lossless
from liptune.core.media.probe.probe import PROBE_SECONDS
from liptune.core.media.read.samples import DOUBLES, FLOATS, INTEGERS, SampleFormat
from liptune.core.media.types import AudioStream, MediaInfo
from liptune.core.media.write.containers import Options, begins_late, may_copy, sound_encoder

_ENTRIES = "stream=profile,sample_fmt,bits_per_raw_sample,channel_layout,bit_rate:format=bit_rate,nb_streams"
_DEEP_BITS = 24
_SHALLOW_BITS = 16


@dataclass(frozen=True)
class SoundFacts:
    """What an encoder must be told to keep a sound as it is. ``bit_rate``: bits a second, 0: unknown."""

    codec: str
    channels: int
    channel_layout: str
    sample_format: str
    bits: int
    bit_rate: int
    lossless: bool

    @property
    def samples(self) -> SampleFormat:
        """How its samples travel without loss."""
        if self.sample_format.startswith("dbl"):
            return DOUBLES
        return FLOATS if self.sample_format.startswith("flt") else INTEGERS


@dataclass(frozen=True)
class _Lossy:
    """``least``: bits a second and channel that suffice. ``rates``: kbit/s that exist, else any."""

    encoder: str
    least: int
    rates: tuple[int, ...] = ()
    most_channels: int = 8
    sample_rates: tuple[int, ...] = ()


_MPEG_RATES = (32_000, 44_100, 48_000)
_MPEG_2_RATES = (16_000, 22_050, 24_000)
_LOSSY = {
    "aac": _Lossy("aac", 96_000),
    "mp3": _Lossy(
        "libmp3lame", 96_000, (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320), 2,
        (*_MPEG_RATES, *_MPEG_2_RATES, 8000, 11_025, 12_000),
    ),
    "mp2": _Lossy(
        "mp2", 128_000, (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384), 2,
        (*_MPEG_RATES, *_MPEG_2_RATES),
    ),
    "ac3": _Lossy(
        "ac3", 96_000, (96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640), 6, _MPEG_RATES
    ),
    "eac3": _Lossy("eac3", 96_000, (), 6, _MPEG_RATES),
    "opus": _Lossy("libopus", 80_000),
    "vorbis": _Lossy("libvorbis", 96_000),
}  # fmt: skip
_LOSSLESS_IN = {".mp4": "alac", ".mov": "alac", ".mkv": "flac", ".avi": "pcm_s24le", ".mxf": "pcm_s24le"}
_PLANAR = frozenset({"alac", "wavpack"})


def describe_sound(info: MediaInfo, audio: AudioStream) -> SoundFacts:
    """Reads the stream's header."""
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), "-select_streams", str(audio.index),
        "-show_entries", _ENTRIES, "-of", "json", "-i", source(info.path),
    ]  # fmt: skip
    facts = json.loads(output_of(arguments, info.path, PROBE_SECONDS))
    stream, whole = facts["streams"][0], facts["format"]
    name, profile = stream.get("sample_fmt", ""), stream.get("profile", "")
    alone = whole.get("nb_streams") == 1
    return SoundFacts(
        codec=audio.codec,
        channels=audio.channels,
        channel_layout=stream.get("channel_layout", ""),
        sample_format=name,
        bits=int(stream.get("bits_per_raw_sample", 0)) or _bits(name),
        bit_rate=int(stream.get("bit_rate") or (whole.get("bit_rate") if alone else 0) or 0),
        lossless=_is_lossless(audio.codec, profile),
    )


def sound_options(facts: SoundFacts, suffix: str, sample_rate: int) -> Options:
    """ffmpeg's options to encode the sound for a container: in its own codec, else what loses least.

    What an encoder puts before the sound would be heard where the container cannot say when sound begins:
    there it becomes PCM.
    """
    kept = may_copy(suffix, facts.codec)
    if facts.lossless:
        return _lossless(facts, suffix, kept=kept)
    lossy = _LOSSY.get(facts.codec)
    if not (kept and begins_late(suffix)) or lossy is None or not _can(lossy, facts, sample_rate):
        return sound_encoder(suffix, facts.codec)
    return (("c", lossy.encoder), ("b", str(_bit_rate(lossy, facts))))


def _lossless(facts: SoundFacts, suffix: str, *, kept: bool) -> Options:
    if kept and facts.codec.startswith("pcm_"):
        return (("c", facts.codec),)
    codec = facts.codec if kept and facts.codec in ENCODED else _LOSSLESS_IN.get(suffix)
    if codec is None:
        return sound_encoder(suffix, facts.codec)
    if codec.startswith("pcm_"):
        return (("c", codec),)
    shallow = facts.bits <= _SHALLOW_BITS
    form = ("s16" if shallow else "s32") + ("p" if codec in _PLANAR else "")
    depth: Options = () if shallow else (("bits_per_raw_sample", str(_DEEP_BITS)),)
    return (("c", codec), ("sample_fmt", form), *depth)


def _can(lossy: _Lossy, facts: SoundFacts, sample_rate: int) -> bool:
    rates = lossy.sample_rates
    return facts.channels <= lossy.most_channels and (not rates or sample_rate in rates)


def _bit_rate(lossy: _Lossy, facts: SoundFacts) -> int:
    """The source's, or what a second generation needs; the next that the codec has."""
    wanted = max(facts.bit_rate, lossy.least * facts.channels)
    if not lossy.rates:
        return wanted
    return 1000 * next((rate for rate in lossy.rates if 1000 * rate >= wanted), lossy.rates[-1])


def _is_lossless(codec: str, profile: str) -> bool:
    if is_lossless(codec):
        return codec not in {"pcm_mulaw", "pcm_alaw"}
    return codec == "dts" and "MA" in profile


def _bits(sample_format: str) -> int:
    return 16 if sample_format.startswith(("u8", "s16")) else _DEEP_BITS
