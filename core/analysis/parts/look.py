"""Looks at one part of a picture: decodes it, follows its faces and embeds them, as the single pass does.

At a cut the search for faces begins anew, and no track crosses it: what is seen of a shot does not depend on
what came before. So a part, which has whole shots only, sees in them what the single pass sees, to the bit.
"""

from liptune.core.analysis.parts.seams import Seams
from liptune.core.analysis.parts.types import Part, SeenPart
from liptune.core.analysis.run import Throttle
from liptune.core.analysis.watch import watch
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.probe.probe import require_video
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
    seams = Seams(part)
    watched = watch(
        video,
        engine,
        region=region,
        limits=limits,
        phase_seconds=part.phase_seconds,
        begin=part.start,
        passing=lambda frames: seams.own(report.each(frames)),
    )
    trim()
    return SeenPart(
        head=seams.head,
        tail=seams.tail,
        tracks=watched.tracks,
        cuts=watched.cuts,
        sightings=watched.sightings,
        complained=watched.complained,
    )


def _expected(video: MediaInfo, part: Part) -> float:
    end = part.end if part.end is not None else require_video(video).duration_seconds * ANALYSIS_FPS
    return max(1.0, end - part.start)
