"""Decodes a picture, follows its faces and embeds them: the part of an analysis that looks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Event

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
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import MediaInfo, MediaLimits, Region

BATCHES_AHEAD = 4
"""Batches that may be decoded before the search for faces has come to them; bounds the memory."""


@dataclass(frozen=True)
class Watched:
    """``cuts``: (n,) the frames that begin a shot, but for the first. ``sightings``: how often a face was
    found. ``complained``: whether ffmpeg did, as it does of frames that do not decode.
    """

    tracks: tuple[TrackAnalysis, ...]
    cuts: NDArray[np.int64]
    sightings: Sightings
    complained: bool


def watch(
    video: MediaInfo,
    engine: SyncEngine,
    *,
    region: Region | None,
    limits: MediaLimits,
    phase_seconds: float,
    begin: int = 0,
    passing: Callable[[Iterable[Frame]], Iterator[Frame]],
) -> Watched:
    """What the engine sees in the frames, from ``begin`` on, that ``passing`` lets through.

    Raises what the decoder, the engine and ``passing`` do; then the decoder and all threads have ended.
    """
    tracker, collector, cuts, damaged = FaceTracker(landmark_model()), TrackCollector(region), [], Event()
    decoded = decode_frames(
        video,
        side=engine.analysis_side,
        colour=engine.colour,
        region=region,
        limits=limits,
        complained=damaged.set,
        phase_seconds=phase_seconds,
        begin=begin,
    )
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
    return Watched(
        tracks=_analysed_tracks(collector, embeddings),
        cuts=np.array(cuts, np.int64),
        sightings=tracker.sightings,
        complained=damaged.is_set(),
    )


def _analysed_tracks(
    collector: TrackCollector, embeddings: Mapping[int, NDArray[np.float32]]
) -> tuple[TrackAnalysis, ...]:
    return tuple(TrackAnalysis(t, _only_seen(embeddings[t.index], t)) for t in collector.tracks())


def _only_seen(embeddings: NDArray[np.float32], track: FaceTrack) -> NDArray[np.float32]:
    """Empties the embeddings of interpolated landmarks: they speak for no lips."""
    embeddings[~track.seen] = np.nan
    return embeddings
