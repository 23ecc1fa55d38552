"""The operations, one row each: worker, API, terminal and library offer what stands here.

Imports nothing heavy; an operation's code is imported where it is run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from liptune.core.errors import AudioRequired, InvalidOption
from liptune.core.options import DubOptions, MeasureOptions, RetimeOptions, WarpOptions, checked

if TYPE_CHECKING:
    from liptune.core.analysis.parts.film import Film
    from liptune.core.media.inventory.words import Told


@dataclass(frozen=True)
class OperationResult:
    """``result``: JSON-ready, the job's ``result`` object. ``artifacts``: the files written, in order."""

    result: dict[str, Any]
    artifacts: tuple[Path, ...]


@dataclass(frozen=True)
class Operation:
    """``summary``: what it does, for the terminal's help. ``place``: its function, ``module:name``.

    ``options``: the model of its options. ``repairs``: it writes a copy of the video, its first artifact.
    ``needs_audio``: it works with a sound that is given beside the video. ``takes_gallery``: it may take
    mouths from another video.
    """

    summary: str
    place: str
    options: type[BaseModel]
    repairs: bool = False
    needs_audio: bool = False
    takes_gallery: bool = False

    def load(self) -> Callable[..., OperationResult]:
        """Imports the function, and with it torch."""
        function: Callable[..., OperationResult] = _imported(self.place)
        return function


OPERATIONS: dict[str, Operation] = {
    "measure": Operation(
        "Say how well the lips in VIDEO match its sound.",
        "liptune.core.operations.measure:measure",
        MeasureOptions,
    ),
    "retime": Operation(
        "Write a copy of VIDEO whose lips match its sound, and measure that copy.\n\n"
        "For a constant shift both streams are copied; for steps, a drift or a local warp the sound is "
        "moved, or, with --move picture, the picture drawn again. Where nothing is found the copy is the "
        "video untouched.",
        "liptune.core.operations.retime:retime",
        RetimeOptions,
        repairs=True,
    ),
    "warp": Operation(
        "Write a copy of VIDEO with mouths from other moments that match its sound, and measure that "
        "copy.\n\nHead, background, sound and timing stay. A frame that would gain nothing, or whose mouth "
        "is hidden or turned away, is left alone.",
        "liptune.core.operations.warp:warp",
        WarpOptions,
        repairs=True,
    ),
    "dub": Operation(
        "Write a copy of VIDEO whose mouth says what the sound of --audio says, and measure that copy.\n\n"
        "Every mouth is the person's own, from the same video or from --gallery. Head, eyes, background "
        "and timing stay; the "
        "new sound takes the place of the old. Use it only where you may change what somebody says: the "
        "copy's metadata tell that it is a dub.",
        "liptune.core.operations.dub:dub",
        DubOptions,
        repairs=True,
        needs_audio=True,
        takes_gallery=True,
    ),
}


def require_given(operation: str, audio: object, gallery: object = None) -> None:
    """Raises `AudioRequired` where ``operation`` needs a sound beside the video, and ``audio`` is None;
    `InvalidOption` where it takes no ``gallery``, and one is given."""
    if gallery is not None and not OPERATIONS[operation].takes_gallery:
        raise InvalidOption(
            f"The operation {operation} takes no mouths from a gallery.", details={"option": "gallery"}
        )
    if audio is None and OPERATIONS[operation].needs_audio:
        raise AudioRequired(
            f"The operation {operation} needs the sound that the face is to speak.",
            remedy="Give it: --audio in the terminal, 'audio' in a job.",
        )


ANALYSIS = "liptune.core.operations.measure:analyse"


def load_analysis() -> Callable[..., None]:
    """Imports the step that every operation on a measured video begins with."""
    analysis: Callable[..., None] = _imported(ANALYSIS)
    return analysis


FILM = "liptune.core.operations.measure:film"


def load_film() -> "Callable[..., Film]":
    """Imports what opens a long picture, to be looked at in parts before that step."""
    film: Callable[..., Film] = _imported(FILM)
    return film


FOREWARNING = "liptune.core.operations.forewarn:forewarned"


def load_forewarning() -> Callable[..., "tuple[Told, ...]"]:
    """Imports what says, before a repair is begun, what its copy will lack."""
    forewarning: Callable[..., tuple[Told, ...]] = _imported(FOREWARNING)
    return forewarning


def parse_options(operation: str, given: Mapping[str, Any]) -> BaseModel:
    """Checks what was given against the options of ``operation``, a key of `OPERATIONS`.

    Raises:
        UnknownOption: The operation takes no option of that name.
        InvalidOption: It does, but not with that value.
    """
    return checked(operation, OPERATIONS[operation].options, given)


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
