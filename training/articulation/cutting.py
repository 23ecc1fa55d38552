"""Cuts the training clips with the very code that serves: core's decode, face tracker and sound."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from liptune.core.engines.lite.engine import load
from training.articulation.corpus import FULL_SCALE, Corpus
from training.articulation.recording import Recording, record
from training.preprocess import VIDEOS
from training.processes import spawned
from training.sources import source_of
from training.speakers import describe, group

Described = tuple[Recording, NDArray[np.float32]]
PORTIONS = 8
"""The clips are cut in so many rounds: of an interrupted one, there is something of everybody."""


def load_corpus(folders: Sequence[Path], cache: Path, processes: int) -> Corpus:
    """The cut clips, from the cache when they are there; an interrupted run goes on where it was."""
    if not (cache / "heard.npy").is_file():
        paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in VIDEOS]
        cut_all(paths, cache / "clips", processes)
        corpus = joined(paths, cache / "clips")
        print(f"{len(corpus.names)} of {len(paths)} clips cut; the others show no face to follow")
        corpus.save(cache)
    return Corpus.load(cache)


def cut_all(paths: Sequence[Path], folder: Path, processes: int) -> None:
    """Cuts what is not in the folder, a file each; an empty file where there is no face to follow."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [path for path in paths if not (folder / f"{path.name}.npz").is_file()]
    in_turns = [path for portion in range(PORTIONS) for path in missing[portion::PORTIONS]]
    with spawned(processes) as pool:
        list(pool.map(partial(cut, folder), in_turns, chunksize=8))


def cut(folder: Path, path: Path) -> None:
    """Writes a clip, with dlib's 128 numbers of who it shows."""
    cv2.setNumThreads(1)
    recording = record(path, load())
    told = _told(recording) if recording else {}
    unfinished = folder / f"{path.name}.writing.npz"
    np.savez(unfinished, allow_pickle=False, **told)
    unfinished.replace(folder / f"{path.name}.npz")


def _told(clip: Recording) -> dict[str, NDArray[Any]]:
    return {
        "landmarks": clip.landmarks,
        "samples": np.rint(clip.samples.clip(-1, 1) * FULL_SCALE).astype(np.int16),
        "seen": clip.seen.astype(np.float16),
        "heard": clip.heard.astype(np.float16),
        "face": describe(clip.portrait, clip.pictured),
    }


def joined(paths: Sequence[Path], folder: Path) -> Corpus:
    """One corpus of the clips that were cut."""
    read = {path.name: dict(np.load(folder / f"{path.name}.npz")) for path in paths}
    kept = {name: clip for name, clip in read.items() if clip}
    length = np.array([len(clip["landmarks"]) for clip in kept.values()])

    def together(name: str) -> NDArray[Any]:
        return np.concatenate([clip[name] for clip in kept.values()])

    return Corpus(
        names=tuple(kept),
        first=np.cumsum(length) - length,
        length=length,
        source=np.array([source_of(name) for name in kept]),
        speaker=group(np.stack([clip["face"] for clip in kept.values()])),
        landmarks=together("landmarks"),
        samples=together("samples"),
        seen=together("seen"),
        heard=together("heard"),
    )
