"""Reports a warp: its part of the result, ``timewarp.json``, ``timewarp.png`` and ``preview.png``."""

import json
from collections import Counter
from pathlib import Path

import numpy as np

from liptune.core.analysis import Analysis
from liptune.core.media.probe.probe import require_video
from liptune.core.media.types import MediaInfo
from liptune.core.plan.plan import Plan
from liptune.core.report.preview import draw_preview
from liptune.core.report.result import Json, number
from liptune.core.report.retiming import gain_of, lacking, losses_of, with_before
from liptune.core.report.retiming_files import TIME_WARP, WARP_CHART, draw_time_warp
from liptune.core.report.write import place
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.listening import Listening
from liptune.core.sync.types import Judgement
from liptune.core.warp.transplant import Transplanted

PREVIEW = "preview.png"


def warping_report(
    report: Json,
    before: ClipScore,
    analysis: Analysis,
    *,
    listening: Listening,
    plan: Plan,
    done: Transplanted,
    judgement: Judgement | None,
) -> Json:
    """The report of the changed copy, with what was done to it, how it measured before, and who agrees."""
    report = with_before(report, before, analysis, listening=listening, plan=plan, judgement=judgement)
    found, *more = report["explanation"]
    return report | {
        "explanation": [found, *lacking(done.losses), *more],
        "result": report["result"] | {"warp": warping_of(plan, done), **losses_of(done.losses)},
    }


def warping_of(plan: Plan, done: Transplanted) -> Json:
    """What was found and done, JSON-ready. ``left``: how many frames were left alone, by reason."""
    seconds = done.times.seconds
    moved = np.abs(seconds[done.donors] - seconds)[done.changed] * 1000
    return {
        "mode": plan.mode.value,
        "reason": plan.reason,
        "done": told_of(done),
        "frames": len(done.left),
        "frames_changed": int(done.changed.sum()),
        "share_changed": number(float(done.changed.mean()), 4),
        "left": {reason.value: count for reason, count in Counter(filter(None, done.left)).most_common()},
        "mean_shift_ms": number(float(moved.mean()) if len(moved) else 0.0, 1),
        "largest_shift_ms": number(float(moved.max(initial=0.0)), 1),
        "picture": done.picture,
        "gains": {mode.value: gain_of(gain) for mode, gain in plan.gains.items()},
    }


def told_of(done: Transplanted) -> str:
    """What was done, in a sentence."""
    changed = int(done.changed.sum())
    if changed == 0:
        return "No mouth was changed."
    return f"{changed} of {len(done.left)} frames have the mouth of another moment; all else is as it was."


def write_warping(
    plan: Plan, done: Transplanted, before: ClipScore, video: MediaInfo, folder: Path
) -> tuple[Path, ...]:
    """Writes the time warp as JSON and as a picture, and the most changed moments where there are any."""
    files = [
        place(folder / TIME_WARP, lambda path: write_donors(plan, done, path)),
        place(folder / WARP_CHART, lambda path: draw_time_warp(plan, before, path)),
    ]
    if done.shots:
        seconds, stream = done.times.seconds, require_video(video)
        files.append(place(folder / PREVIEW, lambda path: draw_preview(done.shots, seconds, stream, path)))
    return tuple(files)


def write_donors(plan: Plan, done: Transplanted, path: Path) -> None:
    """One pair of times for each frame: its own, and that of the moment its mouth is from."""
    seconds = done.times.seconds
    content = {
        "mode": plan.mode.value,
        "sound_shift_seconds": 0.0,
        "output_seconds": np.round(seconds, 6).tolist(),
        "source_seconds": np.round(seconds[done.donors], 6).tolist(),
        "left": [reason.value if reason else None for reason in done.left],
    }
    path.write_text(json.dumps(content) + "\n", "utf-8")
