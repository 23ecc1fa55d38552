"""By how much the sound of each clip is early, as `lite` sees it, pooled over each person's clips."""

import numpy as np
from numpy.typing import NDArray

from liptune.core.sync.band import distance_band
from liptune.core.sync.evidence import evidence
from liptune.core.sync.profile import profile
from training.articulation.corpus import Corpus

LONG_FRAMES = 100
"""A clip this long tells its own offset; shorter ones of a person tell it together."""

FEWEST_FRAMES = 150
LARGEST = 8.0
"""Frames; what is further off is no offset but a failure to tell it."""


def own_offset(seen: NDArray[np.floating], heard: NDArray[np.floating]) -> float:
    """Frames by which the sound is early, of (T, D) embeddings of picture and sound."""
    return profile(_evidence(seen, heard)).offset_frames


def offsets(corpus: Corpus) -> NDArray[np.float64]:
    """(clips,) frames by which each clip's sound is early.

    People with too few frames have the median of their source.
    """
    found = np.full(len(corpus.names), np.nan)
    for source, person in sorted({*zip(corpus.source.tolist(), corpus.speaker.tolist(), strict=True)}):
        clips = np.flatnonzero((corpus.source == source) & (corpus.speaker == person))
        long = corpus.length[clips] >= LONG_FRAMES
        for group in [*([clip] for clip in clips[long]), clips[~long].tolist()]:
            found[group] = _together(corpus, group)
    for source in np.unique(corpus.source):
        own = corpus.source == source
        found[own & np.isnan(found)] = np.nanmedian(found[own]) if np.isfinite(found[own]).any() else 0.0
    return found


def _together(corpus: Corpus, clips: list[int]) -> float:
    spans = [corpus.frames(clip) for clip in clips]
    if sum(span.stop - span.start for span in spans) < min(FEWEST_FRAMES, LONG_FRAMES):
        return np.nan
    rows = np.concatenate([_evidence(corpus.seen[span], corpus.heard[span]) for span in spans])
    told = profile(rows).offset_frames
    return told if abs(told) <= LARGEST else np.nan


def _evidence(seen: NDArray[np.floating], heard: NDArray[np.floating]) -> NDArray[np.float32]:
    return evidence(distance_band(seen.astype(np.float32), heard.astype(np.float32)).values)
