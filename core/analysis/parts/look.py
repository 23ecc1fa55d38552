"""Looks at one part of a picture: decodes it, follows its faces and embeds them, as the single pass does.

At a cut the search for faces begins anew, and no track crosses it: what is seen of a shot does not depend on
what came before. So a part, which has whole shots only, sees in them what the single pass sees, to the bit.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from threading import Event

import numpy as np

from liptune.core.analysis.embed import FaceEmbedder
from liptune.core.analysis.parts.seams import Seams
from liptune.core.analysis.parts.types import Part, SeenPart
from liptune.core.analysis.run import BATCHES_AHEAD, Throttle, analysed_tracks
from liptune.core.engines.protocol import SyncEngine
from liptune.core.faces.frames import Frame, with_cuts
from liptune.core.faces.landmarks import landmark_model
from liptune.core.faces.track_collector import TrackCollector
from liptune.core.faces.tracker import FaceTracker
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.ahead import ahead
from liptune.core.media.read.decode import decode_frames
from liptune.core.media.types import ANALYSIS_FPS, DEFAULT_LIMITS, MediaInfo, MediaLimits, Region
from liptune.core.memory import trim
from liptune.core.progress import Progress, silent


def look(
    video: MediaInfo,
    engine: SyncEngine,
    part: Part,
    *,
    region: Region | None = None,
    progress: Progress = silent,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> SeenPart:
    """What the engine sees of the picture in the part. A part behind the picture's end has no frames.

    Raises:
        As `core.analysis.run.analyse`, of the picture.
    """
    report = Throttle(progress, _expected(video, part))
    tracker, collector, cuts, damaged = FaceTracker(landmark_model()), TrackCollector(region), [], Event()
    seams = Seams(part)
    decoded = decode_frames(
        video,
        side=engine.analysis_side,
        colour=engine.colour,
        region=region,
        limits=limits,
        complained=damaged.set,
        phase_seconds=part.phase_seconds,
        begin=part.start,
    )
    with (
        FaceEmbedder(engine) as embedder,
        closing(ahead(decoded, BATCHES_AHEAD)) as batches,
        closing(tracker.follow_frames(seams.own(_told(with_cuts(batches), part, report)))) as frames,
    ):
        for frame in frames:
            embedder.add(frame)
            collector.add(frame)
            if frame.cut:
                cuts.append(frame.index)
        embeddings = embedder.finish()
    trim()
    return SeenPart(
        head=seams.head,
        tail=seams.tail,
        tracks=analysed_tracks(collector, embeddings),
        cuts=np.array(cuts, np.int64),
        sightings=tracker.sightings,
        complained=damaged.is_set(),
    )


def _told(frames: Iterable[Frame], part: Part, report: Callable[[float], None]) -> Iterator[Frame]:
    """The frames, each reported as it passes."""
    for frame in frames:
        report(frame.index - part.start)
        yield frame


def _expected(video: MediaInfo, part: Part) -> float:
    end = part.end if part.end is not None else require_video(video).duration_seconds * ANALYSIS_FPS
    return max(1.0, end - part.start)
