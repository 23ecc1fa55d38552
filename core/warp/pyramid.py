"""The blend ``pyramid``, the default: mouth and chin, registered on the head, bent to the target's jaw."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liptune.core.warp.colour import Colours
from liptune.core.warp.fitting import Fitted, fitted
from liptune.core.warp.light import settled
from liptune.core.warp.mask import FEATHER
from liptune.core.warp.multiband import masked, weighted
from liptune.core.warp.occlusion import MOST_DIFFERENCE, hidden
from liptune.core.warp.sampling import enlarged
from liptune.core.warp.types import Composite, Floats, Left, Pair

SETTLE_FRAMES = 4
"""Frames on either side that the matching of light looks at."""


@dataclass(frozen=True)
class Pyramid:
    """The blend ``pyramid``. ``most_difference``: ΔE*ab of skin that other light and time explain."""

    colours: Colours
    most_difference: float = MOST_DIFFERENCE

    def __call__(self, pairs: Iterable[Pair | Left]) -> Iterator[Composite | Left]:
        """One composite for each pair, `SETTLE_FRAMES` late; what is left alone stays that."""
        near: deque[Fitted | Left] = deque()
        due = 0
        for pair in pairs:
            near.append(fitted(pair, self.colours) if isinstance(pair, Pair) else pair)
            if len(near) - due > SETTLE_FRAMES:
                yield self._joined(near, due)
                due += 1
            if due > SETTLE_FRAMES:
                near.popleft()
                due -= 1
        for at in range(due, len(near)):
            yield self._joined(near, at)

    def _joined(self, near: deque[Fitted | Left], at: int) -> Composite | Left:
        item = near[at]
        if isinstance(item, Left):
            return item
        run, place = _run(near, at)
        if hidden([each.apart for each in run], place, self.most_difference):
            return Left.OCCLUDED
        change = self._lit(item, settled([each.light for each in run], place))
        change += item.donor
        change -= item.target
        joined = weighted(change, item.mask, max(2, round(np.log2(FEATHER * item.face))))
        # The bands reach a little beyond the mask: they fade out within it.
        faded = masked(joined, np.minimum(4 * item.mask, 1))
        change, mask = np.zeros((*item.shape, 3), np.float32), np.zeros(item.shape, np.float32)
        change[item.part], mask[item.part] = faded, item.mask
        return Composite(change, mask)

    def _lit(self, item: Fitted, light: NDArray[np.float64]) -> Floats:
        """(h, w, 3) Y'CbCr to add to the donor: as smooth as skin, so that a small copy tells it."""
        dark = item.small_donor
        change = self.colours.from_lab(dark + light.astype(np.float32)) - self.colours.from_lab(dark)
        return enlarged(change, item.zoom, item.part)


def _run(near: deque[Fitted | Left], at: int) -> tuple[list[Fitted], int]:
    """The unbroken run of fitted frames about ``at``, and its place in it."""
    first = last = at
    while first > 0 and isinstance(near[first - 1], Fitted):
        first -= 1
    while last < len(near) - 1 and isinstance(near[last + 1], Fitted):
        last += 1
    return [each for each in list(near)[first : last + 1] if isinstance(each, Fitted)], at - first
