"""One tampered clip, repaired by every competitor."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.retiming.clips import CutClip
from benchmarks.retiming.searches import SEARCHES, Frames
from benchmarks.retiming.warps import FAMILIES
from liptune.core.analysis import identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.calibration import scale_of
from liptune.core.plan.clip import Clip
from liptune.core.plan.evidence import evidence
from liptune.core.plan.lines import OFFSET_RADIUS, fit_offset
from liptune.core.sync.band import Floats
from liptune.core.sync.calibration import Calibration, calibration_of
from liptune.core.sync.score import Face, score_faces
from liptune.core.sync.timeline.types import Timeline

FRAME_MS = 1000 / ANALYSIS_FPS
NO_CUTS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Trial:
    """``frames``: the clip's length. ``before_ms``, ``after_ms``: mean absolute residual. ``within``: share
    of frames within a frame of the truth. ``reversals``: share of steps that run backwards. ``untouched``:
    nothing was changed.
    """

    clip: str
    frames: int
    family: str
    search: str
    before_ms: float
    after_ms: float
    within: float
    reversals: float
    untouched: bool


@dataclass(frozen=True)
class Reference:
    """A clip as an engine sees it. ``offset``: its own, in frames; None where the engine is not sure."""

    clip: CutClip
    audio: Floats
    offset: float | None


def reference(clip: CutClip, engine: SyncEngine) -> Reference:
    """Embeds a clip and finds its own offset, which counts as in sync."""
    video, audio = embed(engine, clip.inputs), engine.embed_audio([clip.samples])
    fit = fit_offset(scale_of(engine.id) * evidence(video, audio, OFFSET_RADIUS))
    clip_seen = seen(video, audio, calibration_of(identity_of(engine)))
    return Reference(clip, audio, fit.line.offset_frames if clip_seen.evident else None)


def embed(engine: SyncEngine, inputs: NDArray[Any]) -> NDArray[np.float32]:
    """The engine's embeddings of a run of visual inputs, (T, D)."""
    embedder = engine.video_embedder()
    embedder.push(inputs)
    return embedder.finish()


def seen(video: Floats, audio: Floats, calibration: Calibration) -> Clip:
    """The clip as the service would see it, scored first."""
    scored = score_faces([Face(0, video)], audio, len(video), calibration)
    timeline = scored.timeline if scored else Timeline.without_evidence(len(video) / ANALYSIS_FPS)
    return Clip(video, audio, NO_CUTS, timeline)


def run_trials(ref: Reference, engine: SyncEngine, families: list[str], seed: int) -> list[Trial]:
    """Tampers with the clip once for each family, and lets every competitor repair it."""
    if ref.offset is None:
        return []
    trials = []
    for index, family in enumerate(families):
        rng = np.random.default_rng([seed, index])
        shown = FAMILIES[family](ref.clip.loudness, rng)
        last = len(shown) - 1
        inputs = ref.clip.inputs[np.clip(np.rint(shown + ref.offset), 0, last).astype(np.int64)]
        clip = seen(embed(engine, inputs), ref.audio, calibration_of(identity_of(engine)))
        clip = replace(clip, loudness=ref.clip.loudness)
        trials += [
            _judged(name, family, ref, shown, search(clip, engine.id)) for name, search in SEARCHES.items()
        ]
    return trials


def _judged(name: str, family: str, ref: Reference, shown: Frames, found: Frames) -> Trial:
    clock = np.arange(len(shown), dtype=np.float64)
    # A moment that the tampered picture does not show cannot be repaired by anybody.
    heard = clock + (ref.offset or 0.0)
    fair = (clock >= shown.min()) & (clock <= shown.max()) & (heard >= 0) & (heard <= len(shown) - 1)
    residual = np.interp(np.clip(found, 0, len(shown) - 1), clock, shown) - clock
    after = np.abs(residual[fair])
    return Trial(
        ref.clip.name,
        len(shown),
        family,
        name,
        float(np.abs(shown - clock)[fair].mean() * FRAME_MS),
        float(after.mean() * FRAME_MS),
        float((after <= 1.0).mean()),
        float((np.diff(found) < 0).mean()),
        bool(np.array_equal(found, clock)),
    )


def noise_trials(engine: str, frames: int, count: int, search: Callable[[Clip, str], Frames]) -> float:
    """Share of clips that are left untouched by an engine of random embeddings."""
    untouched = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        rows = rng.standard_normal((2, frames, 64)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=2, keepdims=True)
        found = search(seen(rows[0], rows[1], Calibration()), engine)
        untouched.append(np.array_equal(found, np.arange(frames)))
    return float(np.mean(untouched))
