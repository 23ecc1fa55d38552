"""Which sound of a file is listened to: one of its audio streams, mixed or one channel of it."""

from dataclasses import dataclass, replace

from liptune.core.errors import InvalidOption
from liptune.core.media.probe.probe import require_audio
from liptune.core.media.types import AudioStream, MediaInfo
from liptune.core.options import ALL_STREAMS

AUTO = "auto"
MIX = "mix"
PLACES = {"left": "FL", "right": "FR", "centre": "FC"}

_FRONT = {
    "mono": ("FC",),
    "stereo": ("FL", "FR"),
    "downmix": ("FL", "FR"),
    "2.1": ("FL", "FR", "LFE"),
    "3.0(back)": ("FL", "FR", "BC"),
    "quad": ("FL", "FR", "BL", "BR"),
    "quad(side)": ("FL", "FR", "SL", "SR"),
    "6.0(front)": ("FL", "FR", "FLC", "FRC", "SL", "SR"),
    "6.1(front)": ("FL", "FR", "LFE", "FLC", "FRC", "SL", "SR"),
}
"""The first channels of ffmpeg's layouts that do not begin with left, right, centre (``ffmpeg -layouts``)."""

_UNNAMED = {1: ("FC",), 2: ("FL", "FR"), 6: ("FL", "FR", "FC"), 8: ("FL", "FR", "FC")}
"""Of sound that does not name its channels: the usual order of mono, stereo, 5.1, 7.1 (SMPTE ST 428-12)."""


@dataclass(frozen=True)
class Sound:
    """``stream``: its index in the file. ``channel``: the only one listened to, from 0; None: all, mixed."""

    stream: int
    channel: int | None = None


def candidates(info: MediaInfo, stream: int | str | None, channel: int | str) -> tuple[Sound, ...]:
    """The sounds that the options ``audio_stream`` and ``channel`` leave to be listened to, likeliest first.

    More than one where the evidence is to decide: the centre or the mix of a stream with a centre channel
    among others (``channel`` ``auto``), and every stream (``stream`` ``all``).

    Raises:
        NoAudioStream: There is no sound.
        InvalidOption: There is no such stream or channel.
    """
    default = require_audio(info)
    if stream == ALL_STREAMS:
        streams = sorted(info.audio, key=lambda each: each.index != default.index)
    else:
        streams = [default if stream is None else _named(info, stream)]
    found = tuple(sound for each in streams for sound in _of_stream(each, channel))
    if not found:
        raise InvalidOption(
            f"The option 'channel' is wrong: {_counted(streams[0])} has no channel {channel!r}.",
            remedy="Channels are numbered from 1; left, right and centre are those that the file names so.",
            details={"option": "channel"},
        )
    return found


def with_default(info: MediaInfo, sound: Sound) -> MediaInfo:
    """The file as if its container marked the stream of ``sound``, and no other, as the one to play."""
    return replace(
        info, audio=tuple(replace(each, default=each.index == sound.stream) for each in info.audio)
    )


def channel_name(stream: AudioStream, channel: int | None) -> str:
    """The option that means this channel: a place where it has one, else its number, from 1."""
    if channel is None:
        return MIX
    names = channels_of(stream)
    place = names[channel] if channel < len(names) else None
    return next((option for option, name in PLACES.items() if name == place), str(channel + 1))


def channels_of(stream: AudioStream) -> tuple[str, ...]:
    """ffmpeg's names of its first channels, as far as they matter here."""
    if stream.layout is None:
        return _UNNAMED.get(stream.channels, ())
    if "+" in stream.layout:
        return tuple(stream.layout.rpartition("(")[2].rstrip(")").split("+"))
    return _FRONT.get(stream.layout, ("FL", "FR", "FC"))


def _named(info: MediaInfo, stream: int | str) -> AudioStream:
    """The stream of this index; of a language, the one that the container marks, else the first."""
    if isinstance(stream, int):
        found = [each for each in info.audio if each.index == stream]
    else:
        speaking = [each for each in info.audio if each.language and _same(stream, each.language)]
        found = sorted(speaking, key=lambda each: not each.default)
    if not found:
        known = ", ".join(f"{each.index} ({each.language or 'no language'})" for each in info.audio)
        raise InvalidOption(
            f"The option 'audio_stream' is wrong: there is no audio stream {stream!r}; there are: {known}.",
            details={"option": "audio_stream"},
        )
    return found[0]


def _same(wanted: str, tagged: str) -> bool:
    """Whether a language tag is what was asked for, in whichever of its codes (``ger``, ``deu``, ``de``)."""
    from langcodes import Language  # noqa: PLC0415  (only where a language is asked for)
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415

    try:
        asked, found = Language.get(wanted), Language.get(tagged)
    except LanguageTagError:
        return wanted.lower() == tagged.lower()
    return asked.language == found.language and (asked.territory in {None, found.territory})


def _of_stream(stream: AudioStream, channel: int | str) -> tuple[Sound, ...]:
    """The sounds of one stream; none where it has no such channel."""
    mix = Sound(stream.index)
    if channel == MIX:
        return (mix,)
    if channel == AUTO:
        centre = _position(stream, "centre") if stream.channels > 2 else None
        return (mix,) if centre is None else (Sound(stream.index, centre), mix)
    position = _position(stream, channel)
    return () if position is None else (Sound(stream.index, position),)


def _position(stream: AudioStream, channel: int | str) -> int | None:
    """Where the channel stands among the stream's, from 0; None where it has no such one."""
    if isinstance(channel, int):
        return channel - 1 if 1 <= channel <= stream.channels else None
    names = channels_of(stream)[: stream.channels]
    return names.index(PLACES[channel]) if PLACES[channel] in names else None


def _counted(stream: AudioStream) -> str:
    layout = f", {stream.layout}" if stream.layout else ""
    return f"audio stream {stream.index} ({stream.channels} channel{'s' * (stream.channels > 1)}{layout})"
