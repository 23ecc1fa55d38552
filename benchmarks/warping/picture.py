"""Is the picture intact? Measured on the frames as they go to the encoder."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.warping.points import Moved, movement
from liptune.core.media.read.raw import RawFormat, RawFrame
from liptune.core.warp.colour import Colours
from liptune.core.warp.transplant import Outcome
from liptune.core.warp.types import Composite, Floats, Pair

LANDMARKS_EVERY = 6


@dataclass
class Picture:
    """Lists, one entry a changed frame. ``outside``: samples that differ where the mask is 0."""

    frames: int = 0
    outside: list[int] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    flicker: list[tuple[float, float]] = field(default_factory=list)
    points: list[Moved] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Means; flicker as the ratio of the sums."""
        before, after = np.sum(self.flicker, axis=0) if self.flicker else (1.0, 1.0)
        return {
            "share_changed": len(self.outside) / max(self.frames, 1),
            "samples_changed_outside": int(sum(self.outside)),
            "seam_step_delta_e": float(np.mean(self.steps or [0.0])),
            "flicker_ratio": float(after / before),
            "lips_from_donor_px": self._mean("lips"),
            "head_moved_px": self._mean("head"),
            "head_but_chin_moved_px": self._mean("above_chin"),
            "chin_moved_px": self._mean("chin"),
            "head_recoded_moved_px": self._mean("noise"),
            "head_but_chin_tracked_px": self._mean("tracked"),
        }

    def _mean(self, name: str) -> float:
        return float(np.mean([getattr(each, name) for each in self.points] or [0.0]))


def inspect(
    outcomes: Iterable[Outcome], originals: Iterable[RawFrame], layout: RawFormat, colours: Colours
) -> Picture:
    """Compares every frame with the source's own."""
    found = Picture()
    last: tuple[NDArray[np.generic], NDArray[np.generic]] | None = None
    for (step, done), original in zip(outcomes, originals, strict=False):
        found.frames += 1
        before, after = layout.planes(original)[0], layout.planes(step.frame)[0]
        if isinstance(done, Composite) and isinstance(step.pair, Pair):
            box = step.pair.target.box
            here = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
            found.outside.append(_outside(before, after, here, done.mask))
            _seam(found, step.pair, done, colours)
            ring = _ring(done.mask)
            if last is not None:
                pairs = ((last[0], before), (last[1], after))
                found.flicker.append(tuple(_change(a[here], b[here], ring) for a, b in pairs))  # type: ignore[arg-type]
            if len(found.outside) % LANDMARKS_EVERY == 0:
                found.points.append(movement(step.pair, _made(step.pair, done)))
        last = before, after
    return found


def _outside(
    before: NDArray[np.generic], after: NDArray[np.generic], here: tuple[slice, slice], mask: Floats
) -> int:
    differs = before != after
    differs[here] &= mask == 0
    return int(differs.sum())


def _ring(mask: Floats) -> NDArray[np.bool_]:
    return (mask > 0) & (mask < 0.5)


def _change(a: NDArray[np.generic], b: NDArray[np.generic], ring: NDArray[np.bool_]) -> float:
    return float(np.abs(b.astype(np.float32) - a.astype(np.float32))[ring].mean()) if ring.any() else 0.0


def _seam(found: Picture, pair: Pair, done: Composite, colours: Colours) -> None:
    """How much the mean colour of the seam has moved away from what is outside of it, in Lab."""
    ring = _ring(done.mask)
    if ring.any():
        before, after = (colours.lab(each) for each in (pair.target.pixels, _made(pair, done)))
        found.steps.append(float(np.linalg.norm((after - before)[ring].mean(axis=0))))


def _made(pair: Pair, done: Composite) -> Floats:
    return np.asarray(pair.target.pixels + done.change * (done.mask > 0)[..., None], np.float32)
