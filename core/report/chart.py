"""Draws ``distance.png``: the evidence over time, the offset read from it, and the profile beside chance."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.report.closeness import closeness_of
from liptune.core.report.headline import headline
from liptune.core.report.spans import gaps
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.types import BAND_RADIUS, Verdict
from liptune.core.sync.verdict import EARLY_LIMIT_MS, FRAME_MS, LATE_LIMIT_MS

DPI = 110
SIZE_INCHES = (12.0, 6.4)
COLOURS = {
    Verdict.IN_SYNC: "#1a7f37",
    Verdict.OUT_OF_SYNC: "#c0392b",
    Verdict.NO_EVIDENCE: "#6e7781",
}
SHIFTS_MS = (BAND_RADIUS - np.arange(2 * BAND_RADIUS + 1)) * FRAME_MS


def draw(clip: ClipScore, cuts: NDArray[np.int64], path: Path) -> None:
    """Writes the picture."""
    figure = Figure(figsize=SIZE_INCHES, dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    over_time, mean = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1))
    figure.suptitle(headline(clip.timeline), x=0.01, ha="left", fontsize=15, fontweight="bold")
    draw_band(over_time, clip)
    _draw_breaks(over_time, clip, cuts)
    _draw_moments(over_time, clip)
    _draw_profile(mean, clip)
    figure.savefig(path, format="png", metadata={"Software": None})


def draw_band(axes: Axes, clip: ClipScore) -> None:
    """The band over time, darker where lips and sound are closer, with the clip's own offset."""
    found = closeness_of(clip.speaker)
    closeness = found.values
    early, late = found.edges_ms
    seconds = len(clip.speaker.band.values) / ANALYSIS_FPS
    limit = float(np.nanmax(np.abs(closeness), initial=1e-6))
    axes.imshow(
        closeness.T,
        aspect="auto",
        extent=(0, seconds, late, early),
        cmap="Blues",
        vmin=0,
        vmax=limit,
        interpolation="nearest",
    )
    for limit_ms in (EARLY_LIMIT_MS, LATE_LIMIT_MS):
        axes.axhline(limit_ms, color="#1a7f37", linewidth=1, linestyle=(0, (4, 3)))
    for each in clip.timeline.evident:
        ends = np.array([each.start_seconds, each.end_seconds])
        axes.plot(ends, each.offset_ms_at(ends), color=COLOURS[each.verdict], linewidth=1.4)
    axes.set(xlabel="seconds", ylabel="sound late   ←   ms   →   sound early", xlim=(0, seconds))
    axes.set_title(
        "Darker: lips and sound closer. Between the dashes: viewers notice nothing.", loc="left", fontsize=10
    )


def _draw_breaks(axes: Axes, clip: ClipScore, cuts: NDArray[np.int64]) -> None:
    for begin, end in gaps(clip.speaker.band):
        axes.axvspan(begin, end, facecolor="#eaeef2", edgecolor="#afb8c1", hatch="///", linewidth=0)
    for cut in cuts:
        axes.axvline(cut / ANALYSIS_FPS, color="#57606a", linewidth=0.8, linestyle=":")


def _draw_moments(axes: Axes, clip: ClipScore) -> None:
    for verdict, colour in COLOURS.items():
        part = [moment for moment in clip.moments if moment.verdict is verdict]
        unsure = verdict is Verdict.NO_EVIDENCE
        axes.scatter(
            [moment.seconds for moment in part],
            [moment.offset_frames * FRAME_MS for moment in part],
            s=14 if unsure else 34,
            facecolors="none" if unsure else colour,
            edgecolors=colour if unsure else "white",
            linewidths=0.8,
            label=verdict.value.replace("_", " "),
            zorder=3,
            clip_on=False,
        )
    axes.legend(loc="lower right", fontsize=9, framealpha=0.9, title="two seconds around")


def _draw_profile(axes: Axes, clip: ClipScore) -> None:
    scored = clip.speaker
    shifts_ms = SHIFTS_MS + scored.middle_frames * FRAME_MS
    level = float(np.nanmedian(scored.band.values))
    weights = np.where(scored.profile.weights > 0, scored.profile.weights, np.nan)
    chance = scored.threshold * scored.chance.scale / weights
    axes.fill_betweenx(
        shifts_ms, level * np.exp(-chance), level * np.exp(chance), color="#d8dee4", label="chance"
    )
    # Evidence is in logarithms of distances.
    distances = level * np.exp(scored.profile.distances - np.nanmedian(scored.profile.distances))
    axes.plot(distances, shifts_ms, color="#0969da", linewidth=1.8, label="this clip")
    axes.axhline(scored.score.offset_ms, color=COLOURS[scored.score.verdict], linewidth=1.4)
    axes.set_xlabel("mean distance")
    axes.set_title("All of the clip", loc="left", fontsize=10)
    axes.legend(loc="lower left", fontsize=9, framealpha=0.9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
