"""From what a user may choose to what the search needs."""

from core.options import RetimeOptions
from core.retime.calibration import scale_of
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


def request_of(options: RetimeOptions) -> Request:
    """The modes to try and the paths to expect."""
    prior = PathPrior(
        radius=options.window_frames,
        smoothness=options.smoothness,
        max_hold_frames=options.max_hold_frames,
    )
    return Request(prior, scale_of(options.engine), _MODES[options.mode])
