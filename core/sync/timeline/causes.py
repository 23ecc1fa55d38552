"""Where a drift comes from: the conversions between the speeds of film and television."""

from fractions import Fraction
from itertools import permutations

from liptune.core.sync.timeline.types import Stretch

NAME_ERRORS = 3.0
NAME_TOLERANCE = 0.0015
INTERVAL_ERRORS = 3.92
"""Standard deviations in a 95 % interval."""

FILM = Fraction(24)
NTSC_FILM = Fraction(24000, 1001)
SPEEDS = {"23.976": NTSC_FILM, "24": FILM, "25": Fraction(25)}
ALSO = {("24", "23.976"): "30 → 29.97", ("23.976", "24"): "29.97 → 30"}
"""Conversions by the same ratio."""


def known_cause(stretch: Stretch) -> str | None:
    """The conversion that leaves a drift of that rate, as ``24 → 25``; None where none or several would."""
    return conversion(stretch.rate, rate_error(stretch)) if stretch.rate else None


def conversion(rate: float, error: float) -> str | None:
    """The conversion that leaves a sound that runs at ``1 + rate`` of the picture's speed.

    A picture made for x frames a second and played at y, beside sound at its true speed, runs y / x as fast.
    ``error``: standard deviation of the rate. None where no pair, or more than one, lies within it, and where
    the rate is too unsure for any.
    """
    tolerance = NAME_ERRORS * error
    near = [pair for pair in permutations(SPEEDS, 2) if abs(rate - named_rate(*pair)) <= tolerance]
    if len(near) != 1 or tolerance > NAME_TOLERANCE:
        return None
    made, played = near[0]
    return " or ".join([f"{made} → {played}", *([ALSO[near[0]]] if near[0] in ALSO else [])])


def named_rate(made: str, played: str) -> float:
    """The rate that playing a picture of the speed ``made`` at ``played`` leaves."""
    return float(SPEEDS[made] / SPEEDS[played] - 1)


def rate_error(stretch: Stretch) -> float:
    """Standard deviation of a stretch's rate: of a line's slope, from that of its height.

    Of evidence spread evenly over the length L, it is √12 / L times as large.
    """
    if stretch.ci95 is None or not stretch.seconds:
        return float("inf")
    height = (stretch.ci95[1] - stretch.ci95[0]) / INTERVAL_ERRORS / 1000
    return float(12**0.5 * height / stretch.seconds)
