"""A path that moves through the clip, beside a steady clock."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.retime.chance import Gain, gain_over_chance
from core.retime.clip import Clip
from core.retime.evidence import along, between_frames, evidence
from core.retime.lattice import PathPrior
from core.retime.path import Path, best_path, log_evidence
from core.retime.types import Line
from core.sync.band import Floats

SPLINE_MARGIN = 2
MARGIN = 6.0


@dataclass(frozen=True)
class LocalFit:
    """``path``: displacements beside the line. ``gain``: of the prior's paths, beside that of chance."""

    path: Path
    gain: Gain


def fit_local(clip: Clip, line: Line, prior: PathPrior, scale: float) -> LocalFit | None:
    """Searches the paths within the prior's radius of a steady clock; None where the clock explains as much.

    ``scale`` turns evidence into nats.
    """
    video = along(clip.video, line, clip.frames)
    rows = likelihood(video, clip.audio, prior, scale)
    straight = float(rows[:, rows.shape[1] // 2].sum())
    if log_evidence(rows[None], prior)[0] - straight < MARGIN:
        return None
    gain = gain_over_chance(
        lambda picture, sounds: log_evidence(
            np.stack([likelihood(picture, sound, prior, scale) for sound in sounds]), prior
        ),
        video,
        clip.audio,
    )
    cuts = np.rint(line.output(clip.cuts.astype(np.float64))).astype(np.int64)
    return LocalFit(best_path(rows, prior, cuts), gain)


def likelihood(video: Floats, audio: Floats, prior: PathPrior, scale: float) -> NDArray[np.float64]:
    """Log-likelihood of each of the prior's displacements at each frame, (T, m)."""
    radius = int(np.ceil(prior.radius)) + SPLINE_MARGIN
    return scale * between_frames(evidence(video, audio, radius), prior.displacements)
