"""Draws the evidence of a clip as a PNG: a column a moment, more opaque where lips and sound are nearer."""

import base64

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

MOST_COLUMNS = 1500
SMOOTHING_FRAMES = 25
BLUE_BGR = (218, 105, 9)


def closeness_of(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much nearer each shift is than the median shift, smoothed over a second, (columns, shifts)."""
    here = np.isfinite(values)
    sums = uniform_filter1d(np.where(here, values, 0).astype(np.float64), SMOOTHING_FRAMES, axis=0)
    share = uniform_filter1d(here.astype(np.float64), SMOOTHING_FRAMES, axis=0)
    smooth = np.full_like(sums, np.nan)
    np.divide(sums, share, out=smooth, where=here)
    seen = here.any(axis=1)
    smooth[seen] = np.nanmedian(smooth[seen], axis=1, keepdims=True) - smooth[seen]
    step = -(-len(smooth) // MOST_COLUMNS)
    return smooth[::step]


def picture(values: NDArray[np.float32]) -> str:
    """A PNG as a data: URL, a column a moment, early sound on top; the nearer, the less transparent."""
    closeness = closeness_of(values).T
    strength = np.nan_to_num(closeness / float(np.nanmax(closeness, initial=1e-6)))
    pixels = np.empty((*strength.shape, 4), np.uint8)
    pixels[..., :3] = BLUE_BGR
    pixels[..., 3] = np.rint(255 * np.clip(strength, 0, 1))
    _, encoded = cv2.imencode(".png", pixels)
    return "data:image/png;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")
