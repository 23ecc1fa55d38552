"""How near a constant offset that is found comes to the one that was there."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.retiming.searches import Search, offset_only, ours
from benchmarks.retiming.trials import FRAME_MS, Reference, embed, seen
from liptune.core.analysis import identity_of
from liptune.core.engines.protocol import SyncEngine
from liptune.core.media.types import ANALYSIS_FPS, SAMPLES_PER_FRAME
from liptune.core.sync.calibration import calibration_of

LEAST_SECONDS = 3.0
NEAR_MS = 20.0
SHIFT_FRAMES = (2.0, 12.0)
DRAWS = 3

HEADER = (
    f"{'search':<20} {'clips':>5} {'offsets':>7} {'within 20 ms':>12} {'median error':>12} {'untouched':>9}"
)

SEARCHES: dict[str, Search] = {
    "offset only": offset_only,
    "ours, mode offset": partial(ours, mode="offset"),
    "ours, mode auto": ours,
}


@dataclass(frozen=True)
class OffsetTrial:
    """``true_ms``: what the picture must be advanced by: the clip's own offset less the delay given to its
    sound. ``error_ms``: mean absolute distance of the clock that was found from that.
    """

    clip: str
    search: str
    true_ms: float
    error_ms: float
    untouched: bool

    @property
    def near(self) -> bool:
        """Whether the offset was found."""
        return self.error_ms <= NEAR_MS


@dataclass(frozen=True)
class OffsetRow:
    """``within_20_ms``, ``untouched``: shares of the ``offsets`` tried."""

    search: str
    clips: int
    offsets: int
    within_20_ms: float
    median_error_ms: float
    untouched: float

    def __str__(self) -> str:
        return (
            f"{self.search:<20} {self.clips:>5} {self.offsets:>7} {self.within_20_ms:>12.1%} "
            f"{self.median_error_ms:>10.1f}ms {self.untouched:>9.1%}"
        )


def offset_trials(ref: Reference, engine: SyncEngine, seed: int) -> Iterator[OffsetTrial]:
    """Delays a clip's sound by a few times that are no whole frames; only clips of more than 3 s."""
    frames = len(ref.clip.inputs)
    if ref.offset is None or frames <= LEAST_SECONDS * ANALYSIS_FPS:
        return
    rng = np.random.default_rng([seed, frames])
    video = embed(engine, ref.clip.inputs)
    for delay in rng.uniform(*SHIFT_FRAMES, DRAWS) * rng.choice([-1, 1], DRAWS):
        audio = engine.embed_audio([delayed(ref.clip.samples, float(delay))])
        clip = seen(video, audio, calibration_of(identity_of(engine)))
        for name, search in SEARCHES.items():
            moved = search(clip, engine.id) - np.arange(frames)
            yield _judged(ref.clip.name, name, ref.offset - delay, moved)


def delayed(samples: NDArray[np.float32], frames: float) -> NDArray[np.float32]:
    """The sound ``frames`` later (negative: earlier), with silence where it lacks any."""
    late = round(frames * SAMPLES_PER_FRAME)
    kept = samples[max(0, -late) : len(samples) - max(0, late)]
    return np.pad(kept, (max(0, late), max(0, -late)))


def _judged(clip: str, search: str, truth: float, moved: NDArray[np.float64]) -> OffsetTrial:
    return OffsetTrial(
        clip,
        search,
        round(truth * FRAME_MS, 1),
        round(float(np.abs(moved - truth).mean() * FRAME_MS), 1),
        not moved.any(),
    )


def offset_rows(trials: list[OffsetTrial]) -> Iterator[OffsetRow]:
    """One row for each search."""
    for search in SEARCHES:
        chosen = [trial for trial in trials if trial.search == search]
        if chosen:
            yield OffsetRow(
                search,
                len({trial.clip for trial in chosen}),
                len(chosen),
                float(np.mean([trial.near for trial in chosen])),
                float(np.median([trial.error_ms for trial in chosen])),
                float(np.mean([trial.untouched for trial in chosen])),
            )


def as_json(trials: list[OffsetTrial]) -> dict[str, object]:
    """The table, and every offset that was not found."""
    return {
        "rows": [asdict(row) for row in offset_rows(trials)],
        "missed": [asdict(trial) for trial in trials if not trial.near],
    }
