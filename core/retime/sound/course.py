"""Which moment of the sound is heard at each moment of the picture."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """Moved sound as a line through pairs of times: at ``output`` is heard what the source has at ``source``.

    ``output``, ``source``: (n,) seconds, n ≥ 2; ``output`` never decreases, ``source`` may go back. Two
    pairs at one output are a cut: where the source goes on later, something is left out; where it goes
    back, a pause is heard again.
    """

    output: Seconds
    source: Seconds

    @property
    def seconds(self) -> float:
        """How long the moved sound lasts."""
        return float(self.output[-1] - self.output[0])

    @cached_property
    def cuts(self) -> Seconds:
        """Output times at which the source jumps, (m,) increasing."""
        return np.unique(self.output[1:][np.diff(self.output) == 0])

    def lag(self, output: Seconds) -> Seconds:
        """How far the source is ahead of the output, seconds; at a cut, after it."""
        lags = self.source - self.output
        right = np.clip(np.searchsorted(self.output, output, side="right"), 1, len(lags) - 1)
        left = right - 1
        span = self.output[right] - self.output[left]
        share = np.clip((output - self.output[left]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
        return np.asarray(lags[left] + share * (lags[right] - lags[left]))

    def from_zero(self) -> "Course":
        """The part from output 0 on, preceded by what comes before the source where it begins later."""
        begin = float(self.output[0])
        if begin >= 0:
            return Course(np.append(0.0, self.output), np.append(self.source[0] - begin, self.source))
        left = self.output > 0
        at = float(self.lag(np.zeros(1))[0])
        return Course(np.append(0.0, self.output[left]), np.append(at, self.source[left]))

    def output_at(self, source: float) -> float:
        """When the source's last moments are heard; beyond the last pair at the same distance."""
        lag = self.source[-1] - self.output[-1]
        if source >= self.source[-1]:
            return float(source - lag)
        after = int(np.flatnonzero(self.source <= source)[-1])
        (begin, end), (first, last) = self.output[after : after + 2], self.source[after : after + 2]
        return float(begin + (source - first) / (last - first) * (end - begin))
