"""Writes what a retiming did: ``timewarp.json``, ``timewarp.png`` and, of a picture drawn anew, cut lists."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.plan import Plan
from liptune.core.report.chart import DPI, draw_band
from liptune.core.report.retiming import moved
from liptune.core.report.write import place
from liptune.core.retime.apply import Applied
from liptune.core.retime.cutlist import average_rate, timecode_rate, write_cut_list, write_edl
from liptune.core.retime.way import Change
from liptune.core.sync.clip import ClipScore

TIME_WARP = "timewarp.json"
WARP_CHART = "timewarp.png"
CUT_LIST = "timewarp.otio"
EDL = "timewarp.edl"
SIZE_INCHES = (12.0, 5.0)


def write_retiming(
    plan: Plan, applied: Applied, before: ClipScore, name: str, folder: Path
) -> tuple[Path, ...]:
    """Writes the time warp as JSON and as a picture and, where the picture was drawn again, cut lists."""
    files = [
        place(folder / TIME_WARP, lambda path: write_time_warp(plan, applied, path)),
        place(folder / WARP_CHART, lambda path: draw_time_warp(plan, before, path)),
    ]
    if applied.way.change is Change.PICTURE:
        files += _write_cut_lists(applied, name, folder)
    return tuple(files)


def _write_cut_lists(applied: Applied, name: str, folder: Path) -> list[Path]:
    """An OTIO timeline, and an EDL where the frames have timecode."""
    seconds, shown = applied.times.seconds, applied.shown
    rate = timecode_rate(seconds)
    fps = rate or average_rate(seconds)
    files = [place(folder / CUT_LIST, lambda path: write_cut_list(name, shown, fps, path))]
    if rate:
        files.append(place(folder / EDL, lambda path: write_edl(name, shown, rate, path)))
    return files


def write_time_warp(plan: Plan, applied: Applied, path: Path) -> None:
    """One pair of times for each output frame; ``sound_shift_seconds`` is how much later the sound comes.

    ``sound``, where it was played anew: pairs between which its times are straight.
    """
    content: dict[str, Any] = {
        "mode": plan.mode.value,
        "sound_shift_seconds": applied.later_seconds,
        "output_seconds": np.round(applied.seconds, 6).tolist(),
        "source_seconds": np.round(_source_seconds(applied), 6).tolist(),
    }
    if applied.course:
        content["sound"] = {
            "output_seconds": np.round(applied.course.output, 6).tolist(),
            "source_seconds": np.round(applied.course.source, 6).tolist(),
        }
    path.write_text(json.dumps(content) + "\n", "utf-8")


def _source_seconds(applied: Applied) -> NDArray[np.float64]:
    every = np.arange(len(applied.times.seconds))
    return np.asarray(np.interp(applied.positions, every, applied.times.seconds))


def draw_time_warp(plan: Plan, before: ClipScore, path: Path) -> None:
    """The warp over the band that it was found in."""
    figure = Figure(figsize=SIZE_INCHES, dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    draw_band(axes, before)
    source, shift = moved(plan)
    axes.plot(source / ANALYSIS_FPS, shift, color="#bc4c00", linewidth=1.6)
    axes.set_title(f"{plan.reason}.", loc="left", fontsize=11)
    figure.savefig(path, format="png", metadata={"Software": None})
