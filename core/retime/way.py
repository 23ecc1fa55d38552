"""What a repair changes, and why: nothing, the sound's place, the sound, or the picture."""

from dataclasses import dataclass
from enum import StrEnum

from liptune.core.options import RetimeOptions
from liptune.core.plan.types import RetimeMode


class Change(StrEnum):
    """From what loses least to what loses most."""

    NOTHING = "nothing"
    SOUND_PLACE = "sound_place"
    SOUND = "sound"
    PICTURE_TIMES = "picture_times"
    PICTURE = "picture"


@dataclass(frozen=True)
class Way:
    """``why``: a sentence for the user."""

    change: Change
    why: str


def way_of(mode: RetimeMode, options: RetimeOptions, *, may_repace: bool) -> Way:
    """The way that loses least, of those that ``options.move`` allows.

    A constant offset lies between the streams: whichever is meant to move, both are copied. ``may_repace``:
    whether the copy can show the picture's packets at other times.
    """
    if mode is RetimeMode.NONE:
        return Way(Change.NOTHING, "Nothing is moved.")
    if mode is RetimeMode.OFFSET:
        return Way(Change.SOUND_PLACE, "A constant offset needs no encoding: picture and sound are copied.")
    if (
        options.move == "picture"
        and mode is RetimeMode.DRIFT
        and may_repace
        and options.interpolate == "none"
    ):
        return Way(
            Change.PICTURE_TIMES,
            "Picture and sound are copied: every frame is there, and shown for a little longer or shorter.",
        )
    if options.move == "picture":
        return Way(Change.PICTURE, "The picture is drawn again, as asked; the sound is copied.")
    if options.move == "auto" and options.interpolate != "none":
        return Way(Change.PICTURE, "In-between frames were asked for: the picture is drawn again.")
    return Way(
        Change.SOUND,
        "The picture is copied, packet by packet; the sound is moved, which loses less than drawing the "
        "picture again.",
    )
