"""The types of a plan: its mode, a steady clock (`Line`), and a `TimeWarp` from output to source times."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class RetimeMode(StrEnum):
    """From the simplest to the freest explanation of why lips and sound disagree."""

    NONE = "none"
    OFFSET = "offset"
    DRIFT = "drift"
    STEPS = "steps"
    LOCAL = "local"


@dataclass(frozen=True)
class Line:
    """A steady clock: output time t shows source time ``t + offset + rate * t``, in analysis frames."""

    offset_frames: float = 0.0
    rate: float = 0.0

    def source(self, output: NDArray[np.float64]) -> NDArray[np.float64]:
        """Source times of output times, frames."""
        return output * (1.0 + self.rate) + self.offset_frames

    def output(self, source: NDArray[np.float64]) -> NDArray[np.float64]:
        """Output times of source times, frames."""
        return (source - self.offset_frames) / (1.0 + self.rate)


@dataclass(frozen=True)
class TimeWarp:
    """Which moment of the source picture is shown at each moment of the output; the sound stays where it is.

    ``output_seconds``, ``source_seconds``: (n,) float64, both never decreasing. Between the pairs the warp is
    straight. Before the first and after the last it keeps their displacement.
    """

    output_seconds: NDArray[np.float64]
    source_seconds: NDArray[np.float64]

    def source_at(self, output_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Source times shown at output times, seconds; may lie outside of the source."""
        shift = self.source_seconds - self.output_seconds
        return output_seconds + np.interp(output_seconds, self.output_seconds, shift)

    @property
    def mean_shift_seconds(self) -> float:
        """Mean absolute displacement."""
        return float(np.abs(self.source_seconds - self.output_seconds).mean())
