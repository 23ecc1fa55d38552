"""Losses in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from liptune.core.media.inventory.losses import NEW_SOUND, WHOLE_FILE, Loss, Lost
from liptune.core.media.inventory.types import Inventory, Stream

_OF_STREAM = {
    Lost.STREAM: "is left out: the copy has no place for {what}",
    Lost.CODEC: "is encoded anew as {what}",
    Lost.LANGUAGE: "loses its language, {what}",
    Lost.TITLE: "loses its title, {what}",
    Lost.DISPOSITION: "is no longer marked as {what}",
    Lost.TAG: "loses the tag {what}",
    Lost.SIDE_DATA: "loses what comes with its frames: {what}",
    Lost.PACKETS: "lacks {what} of its packets",
    Lost.BEGIN: "does not begin where it did",
    Lost.END: "ends earlier than it did",
    Lost.SIZE: "has another size than {what}",
    Lost.ALPHA: "is no longer transparent",
    Lost.DEPTH: "has fewer than the {what} bits of a sample it had",
    Lost.CHROMA: "has its colour at fewer points than it had as {what}",
    Lost.RGB: "is no longer coded as red, green and blue, but as {what}",
    Lost.CHANNELS: "has fewer than the {what} channels it had",
    Lost.SAMPLE_RATE: "has fewer than the {what} samples a second it had",
    Lost.COLOUR: "loses what it says of its colours ({what})",
    Lost.DISPLAY_MATRIX: "is no longer turned or mirrored as it was",
    Lost.ASPECT: "loses the shape of its pixels, {what}",
    Lost.FIELDS: "is no longer interlaced ({what})",
}
_OF_FILE = {
    Lost.ORDER: "The order of the streams changes",
    Lost.TAG: "The file loses the tag {what}",
    Lost.CHAPTER: "The chapter {what} is left out",
    Lost.CHAPTER_TIME: "The chapter {what} does not begin or end where it did",
    Lost.PROGRAMS: "The programs become one",
    Lost.CONTAINER: "The file becomes another kind of file, {what}",
    Lost.SOUND_CUT: "The last {what} s of the new sound are not heard: the picture has ended",
    Lost.PICTURE_ADDED: "The picture goes on for {what}, for the new sound lasts longer",
    Lost.PICTURE_CUT: "The last {what} s of the picture, and of all that goes with it, are left out: the "
    "new sound has ended",
    Lost.LIKENESS: "The mouths may be another person's: the proportions of the face in the gallery are other "
    "than the video's, by {what} % of the distance between its eyes",
    Lost.SILENCE: "The last {what} s of the picture are silent, with closed lips: the new sound has ended",
}
_MOST = 80


@dataclass(frozen=True)
class Told:
    """A loss as users read it. ``code``: of `Lost`. ``stream``: of the source, None where it is the file's or
    that of a new sound."""

    code: str
    stream: int | None
    message: str

    def shown(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"code": self.code, "stream": self.stream, "message": self.message}


def told_of(losses: Iterable[Loss], source: Inventory) -> tuple[Told, ...]:
    """Losses of ``source`` as users read them, in order of the streams.

    ``source`` has every stream that is named, even one that is none of the file's.
    """
    return tuple(
        Told(loss.kind.value, loss.stream if loss.stream >= 0 else None, sentence(loss, source))
        for loss in sorted(losses)
    )


def sentence(loss: Loss, source: Inventory) -> str:
    """What is lost of ``source``, without a full stop."""
    what = loss.what if len(loss.what) <= _MOST else f"{loss.what[:_MOST]}…"
    if loss.stream == WHOLE_FILE:
        return _OF_FILE[loss.kind].format(what=what)
    stream = next(each for each in source.streams if each.index == loss.stream)
    return f"{_named(stream)} {_OF_STREAM[loss.kind].format(what=what)}"


def _named(stream: Stream) -> str:
    if stream.index == NEW_SOUND:
        return f"The new sound ({stream.codec})"
    facts = ", ".join(filter(None, (stream.codec, stream.language)))
    kinds = {"video": "Picture", "audio": "Sound", "subtitle": "Subtitle", "data": "Data"}
    return f"{kinds.get(stream.kind, stream.kind.capitalize())} stream {stream.index} ({facts})"
