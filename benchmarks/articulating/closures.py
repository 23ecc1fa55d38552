"""Synthetic speech whose closures and pauses are known: are the lips closed there?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from liptune.core.articulation.mouth import opening
from liptune.core.articulation.spoken import spoken
from liptune.core.articulation.types import Speaker
from liptune.core.media.types import ANALYSIS_FPS, SAMPLE_RATE
from samples.speech import Speech, speak_each

SENTENCES = (
    "Bob brought me a paper map of the harbour.",
    "My mother baked a simple apple pie in a big pan.",
    "Pamela may be able to repeat the number by memory.",
    "The problem is a broken pump at the bottom of the pool.",
    "Maybe the baby will jump up and bump its brother.",
    "People remember the months before the big bang.",
)
BILABIALS = {"p", "b", "m"}
CLOSED_GAP = 0.02
SLACK_SECONDS = 0.02
PAUSES = (0.4, 0.8, 1.5)
ROOM = 1e-4


@dataclass(frozen=True)
class Shares:
    """``closed``: of ``closures`` bilabials with a gap under 2 % of the eye distance in one of their frames.
    ``elsewhere``: of the other frames of speech. ``rested``: of ``paused`` frames, within a pixel of rest."""

    closures: int
    closed: int
    elsewhere: float
    paused: int
    rested: int


@dataclass(frozen=True)
class Said:
    """(S,) samples at 16 kHz; (n, 2) seconds of each bilabial, and of each pause."""

    samples: NDArray[np.float32]
    bilabials: NDArray[np.float64]
    pauses: NDArray[np.float64]


def all_said() -> list[Said]:
    """Every sentence. Raises OSError without espeak-ng."""
    speeches = speak_each((sentence,) for sentence in SENTENCES)
    return [said(speech, PAUSES[at % len(PAUSES)]) for at, speech in enumerate(speeches)]


def said(speech: Speech, pause: float) -> Said:
    """What is said, a pause with a room's noise, and the same again."""
    once = resample_poly(speech.samples, SAMPLE_RATE, speech.rate).astype(np.float32)
    gap = np.zeros(round(pause * SAMPLE_RATE), np.float32)
    samples = np.concatenate([once, gap, once])
    noise = np.random.default_rng(1).normal(0, ROOM, len(samples))
    found = np.array([(p.start, p.end) for p in speech.phonemes if p.name in BILABIALS]).reshape(-1, 2)
    begin, again = len(once) / SAMPLE_RATE, (len(once) + len(gap)) / SAMPLE_RATE
    return Said(
        (samples + noise).astype(np.float32),
        np.concatenate([found, found + again]),
        np.array([[begin, again]]),
    )


def judged(speech: Said, speaker: Speaker, eyes: float) -> Shares:
    """``eyes``: pixels between the speaker's eyes."""
    made = spoken(speech.samples, speaker)
    gap = opening(made.points)
    spans = [_frames(begin - SLACK_SECONDS, end + SLACK_SECONDS, len(gap)) for begin, end in speech.bilabials]
    inside = [frame for begin, end in speech.pauses for frame in _whole(begin, end)]
    elsewhere = made.speaking.copy()
    elsewhere[[frame for span in spans for frame in span]] = False
    off = np.abs(gap[inside] - opening(speaker.closed)) * eyes
    return Shares(
        len(spans),
        sum(bool((gap[list(span)] < CLOSED_GAP).any()) for span in spans),
        float((gap[elsewhere] < CLOSED_GAP).mean()),
        len(inside),
        int((off <= 1).sum()),
    )


def together(each: Sequence[Shares]) -> dict[str, float]:
    """Sums as shares."""
    closures, paused = sum(s.closures for s in each), sum(s.paused for s in each)
    return {
        "closures": closures,
        "closed": sum(s.closed for s in each) / closures,
        "closed_elsewhere": float(np.mean([s.elsewhere for s in each])),
        "paused_frames": paused,
        "rested": sum(s.rested for s in each) / paused,
    }


def _frames(begin: float, end: float, count: int) -> range:
    """That overlap these seconds."""
    return range(max(int(begin * ANALYSIS_FPS), 0), min(int(np.ceil(end * ANALYSIS_FPS)), count))


def _whole(begin: float, end: float) -> range:
    """That lie wholly between these seconds."""
    return range(int(np.ceil(begin * ANALYSIS_FPS)), int(end * ANALYSIS_FPS))
