"""Clips with their faces as they really moved, on the time of their sound, each own offset taken out."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.speaker import speaker_in
from liptune.core.articulation.types import Speaker
from liptune.core.engines.lite.engine import load
from liptune.core.faces.geometry import between_eyes
from training.articulation.examples import moments
from training.articulation.offsets import own_offset
from training.articulation.recording import record

FEWEST_KNOWN = 20


@dataclass(frozen=True)
class Clip:
    """``samples``: (640·T,). ``shapes``: (T, P, 2) of the face, NaN where it is not seen.

    ``offset``: frames by which the sound is early. ``eyes``: pixels between the eyes, in frames of no more
    than 480 pixels a side.
    """

    name: str
    samples: NDArray[np.float32]
    shapes: NDArray[np.float32]
    offset: float
    eyes: float

    @property
    def known(self) -> NDArray[np.bool_]:
        """(T,) where the face is seen."""
        return np.asarray(np.isfinite(self.shapes).all((1, 2)))

    @property
    def speaker(self) -> Speaker:
        """As this clip shows it."""
        return speaker_in(self.shapes)


def clip_of(path: Path) -> Clip | None:
    """None where too little of a face is seen, or there is no sound."""
    found = record(path, load())
    if found is None:
        return None
    offset = own_offset(found.seen, found.heard)
    eyes = float(np.nanmedian(between_eyes(found.landmarks)))
    clip = Clip(found.name, found.samples, moments(shapes(found.landmarks), offset), offset, eyes)
    return clip if clip.known.sum() >= FEWEST_KNOWN else None


def kept(path: Path, folder: Path) -> Clip | None:
    """The same, from the folder where it was cut before."""
    file = folder / f"{path.name}.npz"
    if not file.is_file():
        clip = clip_of(path)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(file, allow_pickle=False, **(asdict(clip) if clip else {}))
    stored = dict(np.load(file))
    if not stored:
        return None
    name, offset, eyes = str(stored["name"]), float(stored["offset"]), float(stored["eyes"])
    return Clip(name, stored["samples"], stored["shapes"], offset, eyes)
