"""The types of scoring: `SyncScore`, `Null`, `Moment`, `DistanceBand`, `Verdict`, `Judgement`."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import EngineIdentity

BAND_RADIUS = 15


class Verdict(StrEnum):
    """What may be concluded. ``NO_EVIDENCE`` scores are never numbers to act on."""

    IN_SYNC = "in_sync"
    OUT_OF_SYNC = "out_of_sync"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True)
class Null:
    """The confidence that unrelated speech earns on the same picture."""

    mean: float
    p95: float
    draws: int


@dataclass(frozen=True)
class Worst:
    """Where a clip is furthest out of sync, and by how much."""

    start_seconds: float
    end_seconds: float
    offset_ms: float


@dataclass(frozen=True)
class SyncScore:
    """How well lips and speech agree. A positive offset means the audio is early (ITU-R BT.1359's sign).

    ``offset_frames`` is sub-frame, at 25 fps; of a clip with several offsets, that of most of the evidence;
    of a drift, halfway. ``ci95``: 95 % interval of ``offset_ms``. ``windows``: frames scored. Distances are
    between embeddings (unit vectors: 0 … 2). ``worst``, ``share_out_of_sync``: of the time with evidence;
    None without any.
    """

    offset_frames: float
    offset_ms: float
    distance_at_zero: float
    lse_d: float
    lse_c: float
    sync_acc: float
    confidence: float
    ci95: tuple[float, float]
    null: Null
    verdict: Verdict
    windows: int
    seconds_scored: float
    worst: Worst | None
    share_out_of_sync: float | None


@dataclass(frozen=True)
class Moment:
    """The local estimate around one time. ``needed``: the confidence that chance hardly reaches there."""

    seconds: float
    offset_frames: float
    confidence: float
    needed: float
    verdict: Verdict
    track: int | None


@dataclass(frozen=True)
class DistanceBand:
    """Distances of each video frame to the audio around it.

    ``values[t, k]``: the video at frame ``first + t`` against the audio at
    ``first + t + k - radius + centres[t]``.

    ``values``: (n, 2·radius + 1) float32, NaN where either side is missing. ``centres``: (n,), where the
    band follows a sound that is far off; None: 0 at every row.
    """

    first: int
    values: NDArray[np.float32]
    radius: int = BAND_RADIUS
    centres: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Judgement:
    """Scores before and after a repair, by an engine that had no part in its search."""

    engine: EngineIdentity
    before: SyncScore
    after: SyncScore
