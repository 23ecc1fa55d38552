"""Keeps the most changed moments of a warp, as images, for the preview."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.colour import Colours
from liptune.core.warp.frame_stream import Step
from liptune.core.warp.sampling import shrunk
from liptune.core.warp.types import Composite, Floats, Pair

MOST = 10
APART_FRAMES = 8
"""Neighbours look alike: of moments closer than this only the most changed is kept."""

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Shot:
    """One moment, (h, w, 3) RGB each but the (h, w) mask, as coded. ``change``: luma's mean in the mask."""

    index: int
    donor_index: int
    change: float
    before: Image
    donor: Image
    mask: Image
    after: Image


@dataclass
class Gallery:
    """Holds at most `MOST` shots."""

    colours: Colours
    shots: list[Shot] = field(default_factory=list)

    def see(self, step: Step, composite: Composite) -> None:
        """Keeps the moment if it is among the most changed."""
        if not isinstance(step.pair, Pair):
            return
        change = float(np.abs(composite.change[..., 0]).sum() / max(float((composite.mask > 0).sum()), 1.0))
        near = [shot for shot in self.shots if abs(shot.index - step.index) < APART_FRAMES]
        weakest = (
            min(self.shots, key=lambda shot: shot.change) if len(self.shots) >= MOST and not near else None
        )
        rivals = near or ([weakest] if weakest else [])
        if any(rival.change >= change for rival in rivals):
            return
        self.shots = [shot for shot in self.shots if shot not in rivals]
        self.shots.append(self._shot(step, step.pair, composite, change))

    def best(self) -> tuple[Shot, ...]:
        """What was kept, in order of time."""
        return tuple(sorted(self.shots, key=lambda shot: shot.index))

    def _shot(self, step: Step, pair: Pair, composite: Composite, change: float) -> Shot:
        before = pair.target.pixels
        height, width = before.shape[:2]
        donor = shrunk(pair.donor.pixels, width, height)
        return Shot(
            step.index,
            step.donor,
            change,
            self._bytes(before),
            self._bytes(donor),
            np.ceil(composite.mask * 255).astype(np.uint8),
            self._bytes(before + composite.change * (composite.mask > 0)[..., None]),
        )

    def _bytes(self, ycc: Floats) -> Image:
        return np.rint(self.colours.rgb(np.asarray(ycc, np.float32)) * 255).astype(np.uint8)
