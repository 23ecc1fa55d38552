"""What an engine's scores were found to be worth on clips with known answers."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from core.sync.accuracy import PUBLISHED_DISTANCE


@dataclass(frozen=True)
class Calibration:
    """Constants of one engine, measured by ``training/calibrate.py``.

    ``false_alarms``: share of unrelated pairs that the threshold is set for. ``sync_acc_distance``: the
    distance that divides true pairs from others best, None for embeddings without a common length.
    ``weights_sha256``: what was measured; None: nothing, the engine has only the clip's own null.
    """

    false_alarms: float = 1e-3
    sync_acc_distance: float | None = None
    weights_sha256: str | None = None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads a calibration file."""
        return cls(**json.loads(path.read_text()))


def uncalibrated(*, normalised: bool) -> Calibration:
    """What holds for an engine that was never calibrated."""
    return Calibration(sync_acc_distance=PUBLISHED_DISTANCE if normalised else None)
