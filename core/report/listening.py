"""What was listened to, and what was not, in words."""

from liptune.core.media.laying import Laying
from liptune.core.media.sounds import channel_name
from liptune.core.media.types import AudioStream
from liptune.core.sync.listening import Listening, Tried
from liptune.core.sync.types import Verdict

MOST_NAMED = 6
NOTICED_SECONDS = 0.0005


def told(listening: Listening) -> str:
    """What was listened to in sentences; empty where there was no choice."""
    return " ".join(filter(None, (_heard(listening), _laid(listening.laying))))


def _laid(laying: Laying | None) -> str:
    """Which clock counted, where it matters."""
    if laying is None or abs(laying.other_later_seconds) < NOTICED_SECONDS:
        return ""
    milliseconds = 1000 * laying.other_later_seconds
    other = f"it would come {abs(milliseconds):.0f} ms {'later' if milliseconds > 0 else 'earlier'}"
    if laying.clock == "picture":
        return (
            "The sound's first sample was laid at the picture's first frame; by its own time stamps "
            f"(audio_clock file) {other}."
        )
    return (
        "The sound's own time stamps counted; laid at the picture's first frame "
        f"(audio_clock picture) {other}."
    )


def _heard(listening: Listening) -> str:
    """Which stream and channel; empty where the file has one stream that leaves no choice."""
    chosen, streams = listening.chosen, listening.streams
    if len(streams) == 1 and len(listening.tried) == 1 and chosen.sound.channel is None:
        return ""
    said = f"Listened to {_name(chosen)}." if len(listening.tried) == 1 else _compared(listening)
    if others := listening.not_tried:
        said += f" Not listened to: {_listed(others)}."
    return said


def unheard(listening: Listening) -> str:
    """What else there is to listen to, for whoever is told that nothing was found; begins with a space."""
    chosen = listening.chosen
    if chosen.score is not None and chosen.score.verdict is not Verdict.NO_EVIDENCE:
        return ""
    if others := listening.not_tried:
        more = f"{len(others)} other audio stream{'s' * (len(others) > 1)}"
        return f" The file has {more}, not listened to: audio_stream all tries each."
    if len(listening.tried) > 1:
        return f" {len(listening.tried)} sounds of the file were tried."
    if chosen.stream.channels > 1 and chosen.sound.channel is None:
        return f" It is the mix of {chosen.stream.channels} channels: channel takes one of them."
    if chosen.stream.channels > 1:
        return f" It is one of {chosen.stream.channels} channels."
    return ""


def _compared(listening: Listening) -> str:
    chosen, count = listening.chosen, len(listening.tried)
    if chosen.score is None or chosen.score.verdict is Verdict.NO_EVIDENCE:
        return f"None of the {count} sounds that were listened to fits the lips; told is of {_name(chosen)}."
    others = [each for each in listening.tried if each is not chosen and each.score is not None]
    said = f"Of the {count} sounds that were listened to, {_name(chosen)} fits the lips best"
    if not others:
        return f"{said}."
    next_best = max(others, key=_confidence)
    return (
        f"{said}: confidence {_confidence(chosen):.1f}, against {_confidence(next_best):.1f} "
        f"for {_name(next_best)}."
    )


def _confidence(tried: Tried) -> float:
    return tried.score.confidence if tried.score else 0.0


def _name(tried: Tried) -> str:
    stream = _described(tried.stream)
    if tried.stream.channels == 1:
        return stream
    channel = channel_name(tried.stream, tried.sound.channel)
    return f"{'the mix' if tried.sound.channel is None else _place(channel)} of {stream}"


def _place(channel: str) -> str:
    return f"channel {channel}" if channel.isdecimal() else f"the {channel} channel"


def _described(stream: AudioStream) -> str:
    layout = stream.layout or f"{stream.channels} channels"
    facts = [fact for fact in (stream.language, stream.title, layout) if fact]
    return f"audio stream {stream.index} ({', '.join(facts)})"


def _listed(streams: tuple[AudioStream, ...]) -> str:
    named = ", ".join(map(_described, streams[:MOST_NAMED]))
    more = len(streams) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
