"""From what a user may choose to what the search needs."""

from core.options import PlanOptions
from core.retime.calibration import retime_calibration
from core.retime.lattice import PathPrior
from core.retime.plan import Request
from core.retime.types import RetimeMode

# An offset is part of every mode: the freer ones build on it.
_MODES = {
    "auto": frozenset(RetimeMode),
    "offset": frozenset({RetimeMode.OFFSET}),
    "drift": frozenset({RetimeMode.OFFSET, RetimeMode.DRIFT}),
    "local": frozenset({RetimeMode.OFFSET, RetimeMode.LOCAL}),
}


def request_of(options: PlanOptions) -> Request:
    """The modes to try and the paths to expect."""
    prior = PathPrior(
        radius=options.window_frames,
        smoothness=options.smoothness,
        max_hold_frames=options.max_hold_frames,
    )
    known = retime_calibration(options.engine)
    return Request(prior, known.scale, _MODES[options.mode], known.gates, options.adaptive)
