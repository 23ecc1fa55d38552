"""The rules that a clip may be checked against, each with where it comes from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Profile:
    """How early and how late sound may be, in ms, in any stretch of ``min_seconds`` or more.

    ``frames``: the limit is so many of the video's frames instead, and reaching it is too much.
    ``drift_ms``: how fast the offset may change, in ms a minute; None: as fast as it likes.
    """

    name: str
    early_ms: float
    late_ms: float
    source: str
    frames: int | None = None
    min_seconds: float = 0.0
    drift_ms: float | None = None

    def limits(self, result: Mapping[str, Any]) -> tuple[float, float]:
        """Most ms early and late that the video of the job's ``result`` may have."""
        if self.frames is None:
            return self.early_ms, self.late_ms
        rate = Fraction(result["media"]["video"]["fps"])
        # As a result tells offsets, to a tenth of a millisecond.
        most = math.nextafter(round(float(1000 * self.frames / rate), 1), 0.0)
        return most, most


PROFILES = {
    each.name: each
    for each in (
        Profile(
            "itu-r-bt1359",
            45.0,
            125.0,
            "Recommendation ITU-R BT.1359-1 (1998): where viewers begin to notice",
        ),
        Profile(
            "itu-r-bt1359-acceptable",
            90.0,
            185.0,
            "Recommendation ITU-R BT.1359-1 (1998): what viewers accept",
        ),
        Profile("ebu-r37", 40.0, 60.0, "EBU Recommendation R 37 (2007): at the output of a programme"),
        Profile("atsc-is191", 15.0, 45.0, "ATSC IS-191 (2003): at the input of the encoder"),
        Profile(
            "one-frame",
            math.inf,
            math.inf,
            "Delivery checks of streaming services: a frame or more over any portion fails",
            frames=1,
        ),
    )
}
DEFAULT = "itu-r-bt1359"
