"""Analyses with a known answer."""

from collections.abc import Sequence

import numpy as np

from liptune.core.analysis import Analysis, EngineIdentity, TrackAnalysis
from liptune.core.faces.types import FaceTrack, Sightings
from tests.core.sync.synthetic import Floats

ENGINE = EngineIdentity("synthetic", "ab" * 32, "synthetic-1", 5, 2, "euclidean", normalised=True)


def analysis(
    tracks: Sequence[tuple[int, Floats]], audio: Floats, frames: int, cuts: Sequence[int] = ()
) -> Analysis:
    """``tracks``: the first frame and the embeddings of each face."""
    return Analysis(
        engine=ENGINE,
        frames=frames,
        tracks=tuple(
            TrackAnalysis(_track(index, first, len(rows)), np.asarray(rows, np.float32))
            for index, (first, rows) in enumerate(tracks)
        ),
        audio=np.asarray(audio, np.float32),
        loudness=np.full(len(audio), -20, np.float32),
        cuts=np.array(cuts, np.int64),
        sightings=Sightings(frames, frames if tracks else 0, 120.0 if tracks else 0.0),
    )


def _track(index: int, first: int, frames: int) -> FaceTrack:
    return FaceTrack(
        index=index,
        first=first,
        landmarks=np.zeros((frames, 68, 2), np.float32),
        boxes=np.zeros((frames, 4), np.float32),
        seen=np.ones(frames, np.bool_),
    )
