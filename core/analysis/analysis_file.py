"""The halves of an `Analysis` as arrays, and arrays as an .npz file."""

import json
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import numpy as np

from liptune.core.analysis.types import Arrays, EngineIdentity, Heard, Seen, TrackAnalysis
from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.types import Undecoded


def write_arrays(file: IO[bytes], arrays: Arrays) -> None:
    """Writes them, and nothing that would need pickle."""
    np.savez(file, allow_pickle=False, **arrays)


def read_arrays(path: Path) -> Arrays | None:
    """Returns the arrays in the file, or None where it is damaged or not there."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return dict(archive)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return None


def packed_sound(heard: Heard) -> Arrays:
    """What was heard, as arrays."""
    return {"audio": heard.audio, "loudness": heard.loudness}


def heard_in(arrays: Arrays | None) -> Heard | None:
    """What was heard; None where the arrays are none, or not of a sound."""
    if arrays is None or not {"audio", "loudness"} <= arrays.keys():
        return None
    return Heard(audio=arrays["audio"], loudness=arrays["loudness"])


def packed_picture(seen: Seen) -> Arrays:
    """What was seen, as arrays and a JSON header."""
    header = {
        "engine": asdict(seen.engine),
        "frames": seen.frames,
        "sightings": asdict(seen.sightings),
        "undecoded": seen.undecoded and asdict(seen.undecoded),
        "phase_seconds": seen.phase_seconds,
        "tracks": [{"index": each.track.index, "first": each.track.first} for each in seen.tracks],
    }
    return {"header": np.array(json.dumps(header)), "cuts": seen.cuts, **packed_tracks(seen.tracks)}


def packed_tracks(tracks: Iterable[TrackAnalysis]) -> Arrays:
    """The arrays of tracks, whose index and first frame are the header's."""
    return {
        f"{number}/{name}": array
        for number, each in enumerate(tracks)
        for name, array in _track_arrays(each).items()
    }


def tracks_in(facts: Sequence[dict[str, int]], arrays: Arrays) -> tuple[TrackAnalysis, ...]:
    """The tracks of `packed_tracks`; ``facts``: the header's."""
    return tuple(_parse_track(number, each, arrays) for number, each in enumerate(facts))


def seen_in(arrays: Arrays | None) -> Seen | None:
    """What was seen; None where the arrays are none, or not of a picture."""
    try:
        return _parse(arrays) if arrays is not None else None
    except (KeyError, TypeError, ValueError):
        return None


def _track_arrays(analysed: TrackAnalysis) -> Arrays:
    track = analysed.track
    return {
        "embeddings": analysed.embeddings,
        "landmarks": track.landmarks,
        "boxes": track.boxes,
        "seen": track.seen,
    }


def _parse(arrays: Arrays) -> Seen:
    header = json.loads(str(arrays["header"]))
    return Seen(
        engine=EngineIdentity(**header["engine"]),
        frames=header["frames"],
        tracks=tracks_in(header["tracks"], arrays),
        cuts=arrays["cuts"],
        sightings=Sightings(**header["sightings"]),
        undecoded=Undecoded(**header["undecoded"]) if header["undecoded"] else None,
        phase_seconds=header["phase_seconds"],
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
