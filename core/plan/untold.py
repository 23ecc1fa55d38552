"""Clocks that change where the measurement, which asks for more, is sure of one offset alone."""

from collections.abc import Iterable

from liptune.core.plan.calibration import Gates
from liptune.core.plan.clip import Clip
from liptune.core.plan.drift import DriftFit, fit_drift
from liptune.core.plan.step import StepFit, fit_step
from liptune.core.plan.types import Line

Candidate = DriftFit | StepFit


def candidates(clip: Clip, line: Line, scale: float, gates: Gates) -> list[Candidate]:
    """The best single step beside the constant offset ``line``, and the best drift, the likelier one first.

    ``scale`` turns evidence into nats.
    """
    step = fit_step(clip, line, scale)
    found: list[Candidate] = [fit_drift(clip, scale), *([step] if step else [])]
    return sorted(found, key=lambda each: -each.ahead(gates))


def borne_out(tried: Iterable[Candidate], gates: Gates) -> Candidate | None:
    """The likeliest of the `candidates` that pays for itself and gains more than chance would give."""
    return next((each for each in tried if each.pays(gates)), None)
