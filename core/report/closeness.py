"""Draws the evidence of a clip as a PNG: a column a moment, more opaque where lips and sound are nearer."""

import base64
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from liptune.core.sync.score import Scored
from liptune.core.sync.verdict import FRAME_MS

MOST_COLUMNS = 1500
SMOOTHING_FRAMES = 25
BLUE_BGR = (218, 105, 9)


@dataclass(frozen=True)
class Closeness:
    """``values``: (columns, lags), NaN where nothing was compared; lags from ``least`` up, frames."""

    values: NDArray[np.float64]
    least: int

    @property
    def edges_ms(self) -> tuple[float, float]:
        """The offsets of the first lag's outer edge and of the last one's; early sound comes first."""
        greatest = self.least + self.values.shape[1] - 1
        return (0.5 - self.least) * FRAME_MS, -(0.5 + greatest) * FRAME_MS


def closeness_of(scored: Scored) -> Closeness:
    """How much nearer each lag is than the median of the band, smoothed over a second."""
    step = -(-len(scored.evidence) // MOST_COLUMNS)
    smooth, centres = _smoothed(scored.evidence, step), scored.centres[::step]
    radius = smooth.shape[1] // 2
    least, greatest = int(centres.min()) - radius, int(centres.max()) + radius
    placed = np.full((len(smooth), greatest - least + 1), np.nan)
    columns = centres[:, None] - radius - least + np.arange(smooth.shape[1])
    placed[np.arange(len(smooth))[:, None], columns] = smooth
    return Closeness(placed, least)


def _smoothed(values: NDArray[np.float32], step: int) -> NDArray[np.float64]:
    """Of every ``step``-th moment; no more than these are held, however long the clip is."""
    around = np.pad(values, ((SMOOTHING_FRAMES // 2,) * 2, (0, 0)), mode="symmetric")
    windows = sliding_window_view(around, SMOOTHING_FRAMES, axis=0)[::step]
    pairs = np.isfinite(windows).sum(axis=-1)
    means = np.nansum(windows, axis=-1, dtype=np.float64) / np.maximum(pairs, 1)
    smooth = np.where(np.isfinite(values[::step]), means, np.nan)
    seen = np.isfinite(smooth).any(axis=1)
    smooth[seen] = np.nanmedian(smooth[seen], axis=1, keepdims=True) - smooth[seen]
    return smooth


def picture(found: Closeness) -> str:
    """A PNG as a data: URL, a column a moment, early sound on top; the nearer, the less transparent."""
    closeness = found.values.T
    strength = np.nan_to_num(closeness / float(np.nanmax(closeness, initial=1e-6)))
    pixels = np.empty((*strength.shape, 4), np.uint8)
    pixels[..., :3] = BLUE_BGR
    pixels[..., 3] = np.rint(255 * np.clip(strength, 0, 1))
    _, encoded = cv2.imencode(".png", pixels)
    return "data:image/png;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")
