"""Draws ``speech.png``: the new sound, how far it opens the mouth, and how it is said."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from liptune.core.articulation.coordinates import shapes
from liptune.core.articulation.mouth import opening
from liptune.core.articulation.types import Prosody, Speech
from liptune.core.media.types import ANALYSIS_FPS, SAMPLE_RATE
from liptune.core.report.chart import DPI

SIZE_INCHES = (12.0, 6.4)
MOST_POINTS = 4000


@dataclass(frozen=True)
class Mouths:
    """(N, 68, 2) landmarks as ``predicted`` and as ``final``, at (N,) ``seconds``; NaN without a face."""

    seconds: NDArray[np.float64]
    predicted: NDArray[np.float32]
    final: NDArray[np.float32]


def draw_speech(
    samples: NDArray[np.float32],
    speech: Speech,
    mouths: Mouths,
    path: Path,
) -> None:
    """``samples``: (S,) at 16 kHz."""
    figure = Figure(figsize=SIZE_INCHES, dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    sound, mouth, voice = figure.subplots(3, 1, sharex=True, height_ratios=(1, 2, 1))
    _draw_waveform(sound, samples)
    for points, label, colour in (
        (mouths.predicted, "asked for", "#0969da"),
        (mouths.final, "in the copy", "#bc4c00"),
    ):
        mouth.plot(mouths.seconds, opening(shapes(points)), color=colour, linewidth=1.2, label=label)
    mouth.set(ylabel="opening, eye distances")
    mouth.legend(loc="upper right", fontsize=9)
    _draw_pauses(mouth, speech)
    _draw_prosody(voice, speech.prosody)
    voice.set(xlabel="seconds", xlim=(0, max(float(mouths.seconds[-1]), 1 / ANALYSIS_FPS)))
    figure.savefig(path, format="png", metadata={"Software": None})


def _draw_waveform(axes: Axes, samples: NDArray[np.float32]) -> None:
    """The lowest and the highest sample of each piece."""
    size = max(1, -(-len(samples) // MOST_POINTS))
    pieces = samples[: len(samples) // size * size].reshape(-1, size)
    at = np.arange(len(pieces)) * size / SAMPLE_RATE
    low, high = pieces.min(axis=1, initial=0.0), pieces.max(axis=1, initial=0.0)
    axes.fill_between(at, low, high, color="#57606a", linewidth=0)
    axes.set(ylabel="sound", yticks=[])
    axes.set_title("The new sound, the mouth that it asks for, and how it is said", loc="left", fontsize=11)


def _draw_pauses(axes: Axes, speech: Speech) -> None:
    """Hatches where nobody speaks."""
    still = np.concatenate([[False], ~speech.speaking, [False]])
    for begin, end in np.flatnonzero(np.diff(still.astype(np.int8))).reshape(-1, 2).tolist():
        axes.axvspan(begin / ANALYSIS_FPS, end / ANALYSIS_FPS, color="#eaeef2", linewidth=0)


def _draw_prosody(axes: Axes, prosody: Prosody) -> None:
    at = np.arange(len(prosody.f0)) / ANALYSIS_FPS
    axes.plot(at, np.where(prosody.f0 > 0, prosody.f0, np.nan), color="#1a7f37", linewidth=1.2)
    axes.set_ylabel("pitch, Hz", color="#1a7f37")
    loud = axes.twinx()
    loud.plot(at, prosody.energy, color="#8c959f", linewidth=0.9)
    loud.set_ylabel("level, dBFS", color="#8c959f")
