"""An `Analysis` as an .npz file."""

import json
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.types import Analysis, EngineIdentity, TrackAnalysis
from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.types import Undecoded

Arrays = dict[str, NDArray[Any]]


def write_analysis(file: IO[bytes], analysis: Analysis) -> None:
    """Writes arrays and a JSON header, nothing that would need pickle."""
    arrays: Arrays = {"audio": analysis.audio, "loudness": analysis.loudness, "cuts": analysis.cuts}
    for number, each in enumerate(analysis.tracks):
        arrays |= {f"{number}/{name}": array for name, array in _track_arrays(each).items()}
    header = {
        "engine": asdict(analysis.engine),
        "frames": analysis.frames,
        "sightings": asdict(analysis.sightings),
        "undecoded": analysis.undecoded and asdict(analysis.undecoded),
        "tracks": [{"index": each.track.index, "first": each.track.first} for each in analysis.tracks],
    }
    np.savez(file, allow_pickle=False, header=np.array(json.dumps(header)), **arrays)


def read_analysis(path: Path) -> Analysis | None:
    """Returns the analysis in the file, or None where it is damaged or not there."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return _parse(dict(archive))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return None


def _track_arrays(analysed: TrackAnalysis) -> Arrays:
    track = analysed.track
    return {
        "embeddings": analysed.embeddings,
        "landmarks": track.landmarks,
        "boxes": track.boxes,
        "seen": track.seen,
    }


def _parse(arrays: Arrays) -> Analysis:
    header = json.loads(str(arrays["header"]))
    return Analysis(
        engine=EngineIdentity(**header["engine"]),
        frames=header["frames"],
        tracks=tuple(_parse_track(number, facts, arrays) for number, facts in enumerate(header["tracks"])),
        audio=arrays["audio"],
        loudness=arrays["loudness"],
        cuts=arrays["cuts"],
        sightings=Sightings(**header["sightings"]),
        undecoded=Undecoded(**header["undecoded"]) if header["undecoded"] else None,
    )


def _parse_track(number: int, facts: dict[str, int], arrays: Arrays) -> TrackAnalysis:
    track = FaceTrack(
        index=facts["index"],
        first=facts["first"],
        landmarks=arrays[f"{number}/landmarks"],
        boxes=arrays[f"{number}/boxes"],
        seen=arrays[f"{number}/seen"],
    )
    return TrackAnalysis(track, arrays[f"{number}/embeddings"])
