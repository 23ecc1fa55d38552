"""What all repairs begin with: the video measured, a plan, and the copy named."""

from dataclasses import dataclass
from pathlib import Path

from liptune.core.analysis import AnalysisCache
from liptune.core.media.types import MediaInfo, MediaLimits
from liptune.core.media.write.containers import output_suffix
from liptune.core.operations.measure import Measured, measured
from liptune.core.options import PlanOptions
from liptune.core.plan.clip import Clip, clip_of
from liptune.core.plan.plan import Plan, plan, request_of
from liptune.core.progress import Progress


@dataclass(frozen=True)
class Repair:
    """A repair about to be carried out.

    ``clip``: what ``plan`` was made from. ``copy``: the file to write. ``sound``: the file that brings the
    sound, None where that is the video.
    """

    before: Measured
    clip: Clip
    plan: Plan
    copy: Path
    sound: MediaInfo | None


def planned(
    video: Path,
    audio: Path | None,
    options: PlanOptions,
    *,
    output: Path,
    suffix: str | None,
    cache: AnalysisCache,
    progress: Progress,
    limits: MediaLimits | None,
) -> Repair:
    """Measures the video, plans its repair, and makes the folder ``output`` for ``video`` with ``suffix``.

    The stages of ``progress`` are probe, analyse, score and plan. Raises as `measure`.
    """
    before = measured(video, audio, options, cache=cache, progress=progress, limits=limits)
    progress("plan", 0.0)
    clip = clip_of(before.analysis, before.clip)
    found = plan(clip, request_of(options))
    progress("render", 0.0)
    output.mkdir(parents=True, exist_ok=True)
    copy = output / f"video{suffix or output_suffix(before.picture)}"
    return Repair(before, clip, found, copy, before.sound if audio else None)
