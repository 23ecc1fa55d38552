"""The gain of a time warp at each frame: how far the distance of lips and sound would fall, (T,)."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.clip import Clip
from liptune.core.plan.types import TimeWarp

WINDOW_FRAMES = ANALYSIS_FPS
"""A frame's distance alone is mostly noise."""


def gains(clip: Clip, warp: TimeWarp) -> NDArray[np.float64]:
    """(T,) how much the squared distance of lips and sound falls, a mean over a second; 0 where unknown."""
    output = np.arange(clip.frames)
    source = np.rint(warp.source_at(output / ANALYSIS_FPS) * ANALYSIS_FPS).astype(np.int64)
    inside = (source >= 0) & (source < clip.frames)
    fall = np.full(clip.frames, np.nan)
    sound = _sound(clip)
    moved = clip.video[np.clip(source, 0, clip.frames - 1)]
    fall[inside] = (_distance(clip.video, sound) - _distance(moved, sound))[inside]
    known = np.isfinite(fall)
    width = min(WINDOW_FRAMES, len(fall))
    total = uniform_filter1d(np.where(known, fall, 0.0), width, mode="constant")
    share = uniform_filter1d(known.astype(np.float64), width, mode="constant")
    return np.divide(total, share, out=np.zeros_like(total), where=share > 0.5 / width)


def _sound(clip: Clip) -> NDArray[np.float32]:
    """As long as the picture; NaN where there is none."""
    sound = np.full_like(clip.video, np.nan, shape=(clip.frames, clip.audio.shape[1]))
    common = min(clip.frames, len(clip.audio))
    sound[:common] = clip.audio[:common]
    return sound


def _distance(video: NDArray[np.float32], sound: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.square(video.astype(np.float64) - sound).sum(axis=1))
