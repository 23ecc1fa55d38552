"""Fits a drift: the offset and the rate of a picture and a sound that run at different speeds."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from liptune.core.plan.evidence import along, evidence
from liptune.core.plan.lines import OFFSET_RADIUS, LineFit, fit_lines
from liptune.core.plan.types import Line
from liptune.core.sync.band import Floats

STEEPEST = 0.06
FIRST_FRAMES = 1500
RESIDUAL_STEPS = 33
NAME_ERRORS = 3.0
NAME_TOLERANCE = 0.0015
NAMED_NATS = 3.0
LEAST_NAMED_RATE = 0.01

NTSC_FILM = Fraction(24000, 1001)
SPEEDS = {"23.976": NTSC_FILM, "24": Fraction(24), "25": Fraction(25)}


def fit_drift(video: Floats, audio: Floats, scale: float) -> LineFit:
    """The offset and rate that explain the evidence best, over rates up to ±6 %.

    ``scale`` turns evidence into nats. The rate is found on the first minute, where a drift has not yet left
    the band, then followed over ever longer stretches, each along the line found so far. A conversion between
    the speeds of film and television is preferred where it explains nearly as much: few other drifts occur.
    """
    frames = min(len(video), FIRST_FRAMES)
    radius = OFFSET_RADIUS + int(np.ceil(STEEPEST * frames))
    rows = scale * evidence(video[:frames], audio[:frames], radius)
    fit = _named_or(fit_lines(rows, _rates(STEEPEST, 1.0 / frames)), rows)
    while frames < len(video):
        longer = min(2 * frames, len(video))
        rows = scale * evidence(along(video, fit.line, longer), audio, 2 * OFFSET_RADIUS)
        residual = fit_lines(rows, np.linspace(-2.0, 2.0, RESIDUAL_STEPS) / frames)
        fit = replace(residual, line=_composed(fit.line, residual.line))
        frames = longer
    return fit


def _named_or(fit: LineFit, rows: NDArray[np.float64]) -> LineFit:
    rates = [rate for _, rate in _conversions() if abs(rate) >= LEAST_NAMED_RATE]
    named = max((fit_lines(rows, np.array([rate])) for rate in rates), key=lambda each: each.best)
    return replace(fit, line=named.line) if named.best >= fit.best - NAMED_NATS else fit


def _rates(steepest: float, step: float) -> NDArray[np.float64]:
    side = int(np.ceil(steepest / step))
    return np.linspace(-steepest, steepest, 2 * side + 1)


def _composed(outer: Line, inner: Line) -> Line:
    return Line(
        inner.offset_frames * (1 + outer.rate) + outer.offset_frames,
        (1 + outer.rate) * (1 + inner.rate) - 1,
    )


def pulldown(rate: float, rate_error: float) -> str | None:
    """The conversion between film and television speeds that a drift comes from, as ``24 → 25``.

    A picture made for x frames a second and played at y, beside sound at its true speed, must be shown at the
    rate ``x / y - 1``. None where no pair, or more than one, lies within the error of the rate.
    """
    tolerance = min(NAME_ERRORS * rate_error, NAME_TOLERANCE)
    near = [name for name, named in _conversions() if abs(rate - named) <= tolerance]
    return near[0] if len(near) == 1 else None


def _conversions() -> Iterator[tuple[str, float]]:
    """Every pair of speeds, and the rate that undoes the conversion."""
    for (made, x), (played, y) in permutations(SPEEDS.items(), 2):
        yield f"{made} → {played}", named_rate(x, y)


def named_rate(made: Fraction, played: Fraction) -> float:
    """The rate that undoes playing ``made`` frames a second at ``played``."""
    return float(made / played - 1)
