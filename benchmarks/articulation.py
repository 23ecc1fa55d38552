"""Do mouths made from the sound move as the real ones do?

    python -m benchmarks.articulation [--clips DIR] [--training DIR] [--most N]

Each clip's own offset is taken out. Predicted from the clip's own sound: the network, the clip's mean mouth,
ridge regression and the nearest neighbour on the same window of sound, both fitted on the training clips
(cut by ``make train-dub``); without those, neither of the two. Then closures and pauses of synthetic speech,
which needs espeak-ng, with the faces of those clips that show a closed mouth. ``--most``: so many clips, in
the order of their names' digests, so that the first are a fair draw.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.articulating.agreement import Agreement, agreement, interval
from benchmarks.articulating.clips import Clip, kept
from benchmarks.articulating.closures import CLOSED_GAP, all_said, judged, together
from benchmarks.articulating.rivals import Rivals, fitted
from benchmarks.draws import shuffled
from benchmarks.faces import clips_in
from benchmarks.record import provenance, write_result
from liptune.core.articulation.bilabials import WEIGHTS as BILABIALS
from liptune.core.articulation.hearing import asked_by, heard_in
from liptune.core.articulation.lips import centred, parted, rested
from liptune.core.articulation.loudness import speaking
from liptune.core.articulation.mouth import opening
from liptune.core.articulation.speaker import reach
from liptune.core.articulation.spoken import spoken
from liptune.core.articulation.weights import WEIGHTS, bundled
from liptune.core.engines.lite.weights_file import weights_sha256
from training.articulation.corpus import Corpus
from training.articulation.examples import examples
from training.split import split

KINDS = ("network", "flat", "loose", "mean")
RIVALS = ("ridge", "neighbour")
"""`flat` is the network without prosody, `loose` without making lips meet at closures."""

EMOTIONAL = "mead"
SURELY_CLOSED = 0.75 * CLOSED_GAP
SPEAKERS = 12

Guess = Callable[[Clip], NDArray[np.float32]]
Row = dict[str, Any]


def guesses(rivals: Rivals | None) -> dict[str, Guess]:
    """(T, P, 2) shapes of a clip from its sound, each by its name."""
    ways: dict[str, Guess] = {
        "network": lambda clip: spoken(clip.samples, clip.speaker).points,
        "flat": lambda clip: spoken(clip.samples, clip.speaker, expression=0.0).points,
        "loose": loose,
        "mean": lambda clip: np.repeat(np.nanmean(clip.shapes, axis=0)[None], len(clip.shapes), axis=0),
    }
    return ways if rivals is None else ways | rivalling(rivals)


def rivalling(rivals: Rivals) -> dict[str, Guess]:
    """The same of those that are fitted on the training clips."""

    def moved(how: Callable[[NDArray[np.float32]], NDArray[np.float32]], clip: Clip) -> NDArray[np.float32]:
        speaker = clip.speaker
        return speaker.mean + np.float32(reach(speaker)) * how(clip.samples)

    return {
        "ridge": lambda clip: moved(rivals.ridge, clip),
        "neighbour": lambda clip: moved(rivals.neighbour, clip),
    }


def loose(clip: Clip) -> NDArray[np.float32]:
    """(T, P, 2) as `spoken` makes them, but for closures."""
    heard, speaker = heard_in(clip.samples), clip.speaker
    speaks = speaking(heard.prosody.energy)
    moved = centred(asked_by(heard, bundled()).moved, speaks)
    return rested(parted(speaker.mean + np.float32(reach(speaker)) * moved), speaks, speaker)


def compared(clips: list[Clip], rivals: Rivals | None) -> list[Row]:
    """How each kind agrees with each clip."""
    ways = guesses(rivals)
    return [
        {
            "clip": clip.name,
            "frames": int(clip.known.sum()),
            "offset_frames": round(clip.offset, 2),
            **{kind: asdict(_agreed(way, clip)) for kind, way in ways.items()},
        }
        for clip in clips
    ]


def _agreed(way: Guess, clip: Clip) -> Agreement:
    return agreement(way(clip)[clip.known], clip.shapes[clip.known])


def summary(rows: list[Row]) -> Row:
    """Errors over all frames together, correlations as means of clips, and what prosody changes."""
    if not rows:
        return {"clips": 0}
    frames = np.array([row["frames"] for row in rows])
    kinds = [kind for kind in (*KINDS, *RIVALS) if kind in rows[0]]
    error = {kind: float(np.average([row[kind]["error"] for row in rows], weights=frames)) for kind in kinds}
    return {
        "clips": len(rows),
        "frames": int(frames.sum()),
        "error_percent": error,
        "ratio_to_mean": {kind: error[kind] / error["mean"] for kind in kinds},
        "ratio_of_clips": float(np.mean([row["network"]["error"] / row["mean"]["error"] for row in rows])),
        "correlation": {
            part: {kind: _mean(row[kind][part] for row in rows) for kind in kinds if kind != "mean"}
            for part in ("opening", "corners", "brows")
        },
        "prosody_changes": {part: _changed(rows, part) for part in ("error", "opening", "corners", "brows")},
    }


def _changed(rows: list[Row], part: str) -> Row:
    """With prosody less without it, and the 95 % interval of that."""
    differences = np.array([row["network"][part] - row["flat"][part] for row in rows])
    return {"by": _mean(differences), "interval": interval(differences)}


def _mean(values: Iterable[float]) -> float:
    return float(np.nanmean(list(values)))


def closures(clips: list[Clip]) -> Row:
    """Synthetic speech by the faces of clips that show a closed mouth."""
    able = [clip for clip in clips if opening(clip.speaker.closed) < SURELY_CLOSED]
    chosen = sorted(able, key=lambda clip: -len(clip.samples))[:SPEAKERS]
    speeches = all_said()
    judgements = [judged(speech, clip.speaker, clip.eyes) for clip in chosen for speech in speeches]
    return {"faces": [clip.name for clip in chosen], **together(judgements)}


def drawn(folder: Path, most: int | None) -> list[Path]:
    """The clips, by name; of a few, those whose names' digests come first."""
    return sorted(shuffled(clips_in(folder), Path)[:most])


def learnt(training: Path) -> Rivals:
    """From the clips that ``make train-dub`` cut."""
    told = examples(Corpus.load(training))
    return fitted(told, *split(told.corpus))


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=Path, default=Path("../shared/clips/eval"))
    parser.add_argument("--training", type=Path, default=Path("var/training/dub"))
    parser.add_argument("--cache", type=Path, default=Path("var/benchmarks/articulation"))
    parser.add_argument("--most", type=int, default=None, metavar="N", help="clips at most")
    parser.add_argument("--name", default="articulation", help="of the JSON file")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    clips = [clip for path in drawn(given.clips, given.most) if (clip := kept(path, given.cache)) is not None]
    rivals = learnt(given.training) if given.training.is_dir() else None
    rows = compared(clips, rivals)
    emotional = [row for row in rows if row["clip"].startswith(EMOTIONAL)]
    found = {"all": summary(rows), "emotional": summary(emotional), "synthetic": closures(clips)}
    print(found)
    facts = {
        **provenance(),
        "weights_sha256": weights_sha256(WEIGHTS),
        "bilabials_sha256": weights_sha256(BILABIALS),
        "ridge_penalty": rivals.penalty if rivals else None,
    }
    print("written to", write_result(given.name, {**facts, **found, "rows": rows}))


if __name__ == "__main__":
    main()
