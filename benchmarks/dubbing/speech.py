"""A dub with synthetic speech: do lips meet and rest in the written picture where they must?"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile

from benchmarks.articulating.closures import CLOSED_GAP, SLACK_SECONDS, Said
from liptune.core.analysis.cache import FolderCache
from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import opening
from liptune.core.articulation.speaker import speaker_of
from liptune.core.dub.whose import faces_seen, speaking_faces
from liptune.core.faces.geometry import between_eyes
from liptune.core.media.types import NO_LIMITS, SAMPLE_RATE
from liptune.core.operations.dub import dub
from liptune.core.operations.measure import measured
from liptune.core.options import DubOptions, MeasureOptions
from liptune.core.progress import silent

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """Of the source: the opening of its closed ``lips``, in distances between the eyes, and the pixels
    between the ``eyes``."""

    lips: float
    eyes: float


@dataclass(frozen=True)
class Written:
    """``closed``: of ``closures`` bilabials, with a gap under 2 % of the eye distance in one of their frames;
    ``closed_own``: with one less than that above the face's own closed mouth. ``asked``: as ``closed_own``,
    of what the sound was understood to ask for. ``rested``: of ``paused`` frames, within a pixel of rest."""

    closures: int
    closed: int
    closed_own: int
    asked: int
    paused: int
    rested: int


def trial(clip: Path, speech: Said, other: Said, folder: Path, cache: FolderCache) -> dict[str, Any]:
    """What is told of a clip dubbed with ``speech``, JSON-ready; the null is its verdict with ``other``."""
    sounds = [wav(each, folder / f"{name}.wav") for name, each in (("said", speech), ("other", other))]
    done = dub(clip, sounds[0], DubOptions(judge="none"), output=folder / "made", cache=cache)
    face = face_of(clip, cache)
    rows = json.loads((folder / "made" / "landmarks.json").read_text())["frames"]
    null = measured(
        done.artifacts[0], sounds[1], MeasureOptions(),
        cache=cache, progress=silent, limits=NO_LIMITS,
    )  # fmt: skip
    told = done.result["dub"]
    return {
        "clip": clip.name,
        "closed_lips": face.lips,
        "changed": told["share_changed"],
        "left": told["left"],
        "follows": told["follows"],
        "null": null.clip.speaker.score.verdict.value,
        **asdict(written(rows, speech, face)),
    }


def wav(speech: Said, path: Path) -> Path:
    """The samples as a file."""
    wavfile.write(path, SAMPLE_RATE, speech.samples)
    return path


def face_of(clip: Path, cache: FolderCache) -> Face:
    """As the source shows it, of whoever is dubbed."""
    found = measured(clip, None, MeasureOptions(), cache=cache, progress=silent, limits=NO_LIMITS)
    seen = faces_seen(found.analysis, speaking_faces(found.analysis, found.clip))
    lips = float(opening(speaker_of(seen).closed))
    return Face(lips, float(np.median(between_eyes(seen))))


def written(rows: list[dict[str, Any]], speech: Said, face: Face) -> Written:
    """``rows``: of ``landmarks.json``. Bilabials and pauses count that end before the picture does."""
    seconds = np.array([row["seconds"] for row in rows])
    step = float(np.median(np.diff(seconds)))
    asked, made = (_gaps(rows, name) for name in ("predicted", "final"))
    begins, ends = seconds, seconds + step

    def during(begin: float, end: float) -> NDArray[np.bool_]:
        return np.asarray((ends > begin - SLACK_SECONDS) & (begins < end + SLACK_SECONDS))

    spans = [during(begin, end) for begin, end in speech.bilabials if end <= ends[-1]]
    paused = np.zeros(len(rows), np.bool_)
    for begin, end in speech.pauses:
        paused |= (begins >= begin) & (ends <= end)

    def closed(gaps: Rows, most: float) -> int:
        return sum(bool((gaps[span] < most).any()) for span in spans)

    own = face.lips + CLOSED_GAP
    return Written(
        closures=len(spans),
        closed=closed(made, CLOSED_GAP),
        closed_own=closed(made, own),
        asked=closed(asked, own),
        paused=int(paused.sum()),
        rested=int((np.abs(made[paused] - face.lips) * face.eyes <= 1).sum()),
    )


def _gaps(rows: list[dict[str, Any]], name: str) -> Rows:
    """(M,) openings, NaN where no face is seen."""
    points = [np.full((68, 2), np.nan) if row[name] is None else row[name] for row in rows]
    return opening(shapes(np.array(points, np.float32)))
