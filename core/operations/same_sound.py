"""The options by which another file is measured by the same sound as a measurement was."""

from liptune.core.media.sounds import Sound
from liptune.core.media.types import MediaInfo
from liptune.core.operations.measure import Measured
from liptune.core.options import MeasureOptions


def options_for(sound: Sound, options: MeasureOptions) -> MeasureOptions:
    """The options that listen to this sound and no other."""
    channel = "mix" if sound.channel is None else sound.channel + 1
    return options.model_copy(update={"audio_stream": sound.stream, "channel": channel})


def options_for_copy(copy: MediaInfo, before: Measured, options: MeasureOptions) -> MeasureOptions:
    """The options that listen to the sound of a copy that its source was measured by."""
    chosen = before.listening.chosen.sound
    stream = _counterpart(copy, before, chosen.stream)
    return options_for(Sound(stream, chosen.channel), options)


def _counterpart(copy: MediaInfo, before: Measured, stream: int) -> int:
    """The copy's stream with the content of the source's: in the same place among the audio streams.

    Sound that came in a file of its own is the only one.
    """
    if before.sound.path != before.picture.path:
        return copy.audio[0].index
    place = [each.index for each in before.sound.audio].index(stream)
    return copy.audio[place].index
