"""Follows the faces of decoded frames and embeds them: the part of an analysis that looks at the picture."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis.embed import FaceEmbedder
from liptune.core.analysis.types import TrackAnalysis
from liptune.core.engines.protocol import SyncEngine
from liptune.core.faces.frames import Frame, with_cuts
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.track_collector import TrackCollector
from liptune.core.faces.tracker import FaceTracker
from liptune.core.faces.types import FaceTrack, Sightings
from liptune.core.media.read.ahead import ahead
from liptune.core.media.types import FrameBatch, Region

BATCHES_AHEAD = 4
"""Batches that may be decoded before the search for faces has come to them; bounds the memory."""


@dataclass(frozen=True)
class Watched:
    """``cuts``: (n,) the frames that begin a shot, but for the first. ``sightings``: how often a face was
    found."""

    tracks: tuple[TrackAnalysis, ...]
    cuts: NDArray[np.int64]
    sightings: Sightings


def watch(
    decoded: Generator[FrameBatch, None, None],
    engine: SyncEngine,
    *,
    region: Region | None,
    passing: Callable[[Iterable[Frame]], Iterator[Frame]],
) -> Watched:
    """What the engine sees in the frames that ``passing`` lets through. Raises what it and the decoder do;
    then the decoder and all threads have ended."""
    tracker, collector, cuts = FaceTracker(landmark_model()), TrackCollector(region), list[int]()
    with (
        FaceEmbedder(engine) as embedder,
        closing(ahead(decoded, BATCHES_AHEAD)) as batches,
        closing(tracker.follow_frames(passing(with_cuts(batches)))) as frames,
    ):
        for frame in frames:
            embedder.add(frame)
            collector.add(frame)
            if frame.cut:
                cuts.append(frame.index)
        embeddings = embedder.finish()
    return Watched(_analysed_tracks(collector, embeddings), np.array(cuts, np.int64), tracker.sightings)


def _analysed_tracks(
    collector: TrackCollector, embeddings: Mapping[int, NDArray[np.float32]]
) -> tuple[TrackAnalysis, ...]:
    return tuple(TrackAnalysis(t, _only_seen(embeddings[t.index], t)) for t in collector.tracks())


def _only_seen(embeddings: NDArray[np.float32], track: FaceTrack) -> NDArray[np.float32]:
    """Empties the embeddings of interpolated landmarks: they speak for no lips."""
    embeddings[~track.seen] = np.nan
    return embeddings
