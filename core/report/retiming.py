"""Reports a retiming: its part of the result, ``timewarp.json``, ``timewarp.png`` and the cut lists."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.media.inventory.words import Told
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.chance import Gain
from liptune.core.plan.plan import Plan
from liptune.core.report.chart import DPI, draw_band
from liptune.core.report.headline import clock, headline
from liptune.core.report.listening import unheard
from liptune.core.report.result import (
    Json,
    breaks_of,
    engine_of,
    moment_of,
    number,
    score_of,
    sound_of,
    stretches_of,
)
from liptune.core.report.timeline import timeline_of
from liptune.core.report.write import place
from liptune.core.retime.apply import Applied
from liptune.core.retime.cutlist import average_rate, timecode_rate, write_cut_list, write_edl
from liptune.core.retime.way import Change
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.listening import Listening
from liptune.core.sync.types import Judgement
from liptune.core.sync.verdict import FRAME_MS
from liptune.core.sync.worse import agrees

TIME_WARP = "timewarp.json"
WARP_CHART = "timewarp.png"
SEEN_BY_BOTH = "The judge, which had no part in the plan, finds the lips nearer to the sound too."
SEEN_BY_ONE = (
    "The judge, which had no part in the plan, does not find the lips nearer to the sound: what was gained "
    "is the planner's word alone."
)
CUT_LIST = "timewarp.otio"
EDL = "timewarp.edl"
SIZE_INCHES = (12.0, 5.0)
MOST_POINTS = 1500
NOTICED_SECONDS = 0.1


def retiming_report(
    report: Json,
    before: ClipScore,
    analysis: Analysis,
    *,
    listening: Listening,
    plan: Plan,
    applied: Applied,
    judgement: Judgement | None,
) -> Json:
    """The report of the retimed copy, with what was done to it, how it measured before, and who agrees."""
    report = with_before(report, before, analysis, listening=listening, plan=plan, judgement=judgement)
    found, *more = report["explanation"]
    return report | {
        "explanation": [
            found,
            applied.way.why,
            *steps_told(applied),
            *stillness(applied),
            *lacking(applied.losses),
            *more,
        ],
        "result": report["result"] | {"retime": retiming_of(plan, applied), **losses_of(applied.losses)},
    }


def losses_of(losses: Sequence[Told]) -> Json:
    """What the copy lacks of its source, JSON-ready."""
    return {"losses": [loss.shown() for loss in losses]}


def lacking(losses: Sequence[Told]) -> list[str]:
    """What the copy lacks, in sentences."""
    return [f"{loss.message}." for loss in losses]


def stillness(applied: Applied) -> list[str]:
    """What a viewer may notice: that the picture stands still where its clock runs past the source."""
    seconds = applied.seconds
    at_start, at_end = applied.held_frames
    stills = {
        "first": (seconds[at_start] - seconds[0], "earlier"),
        "last": (seconds[-1] - seconds[-1 - at_end], "later"),
    }
    return [
        f"The {which} frame stands still for {1000 * still:.0f} ms: the video has nothing {when} to show."
        for which, (still, when) in stills.items()
        if still >= NOTICED_SECONDS
    ]


def steps_told(applied: Applied) -> list[str]:
    """How sound was made to step: where there is no pause, it runs faster or slower for a while."""
    told = []
    for step in applied.steps:
        amount = f"{1000 * abs(step.left_out_seconds):.0f} ms of sound"
        what = f"{amount} {'are left out' if step.left_out_seconds > 0 else 'of a pause are added'}"
        if not step.in_pause:
            faster = "faster" if step.left_out_seconds > 0 else "slower"
            what = f"there is no pause, so the sound runs {faster} for a while, by {amount} in all"
        told.append(f"At {clock(step.seconds)} {what}.")
    return told


def with_before(
    report: Json,
    before: ClipScore,
    analysis: Analysis,
    *,
    listening: Listening,
    plan: Plan,
    judgement: Judgement | None,
) -> Json:
    """The report of a repaired copy, with how it measured before, what was planned and who agrees."""
    report = with_earlier(report, before, analysis, listening=listening, judgement=judgement)
    return report | {"explanation": [f"{plan.reason}.", *report["explanation"]], "warp": drawn(plan)}


def with_earlier(
    report: Json,
    before: ClipScore,
    analysis: Analysis,
    *,
    listening: Listening,
    judgement: Judgement | None,
) -> Json:
    """The report of a copy, with how it measured before it was changed and who agrees."""
    earlier = {
        "headline": headline(before.timeline) + unheard(listening),
        "sound": sound_of(listening),
        "score": score_of(before.speaker.score, analysis.engine),
        "timeline": stretches_of(before.timeline),
        "moments": [moment_of(moment) for moment in before.moments],
        **breaks_of(before, analysis),
    }
    result = report["result"] | {
        "before": earlier,
        "judge": judgement_of(judgement) if judgement else None,
    }
    return report | {
        "before": {"timeline": timeline_of(before, analysis)},
        "warp": None,
        "result": result,
    }


def retiming_of(plan: Plan, applied: Applied) -> Json:
    """What was found and done, JSON-ready."""
    _, shift = _moved(plan)
    return {
        "mode": plan.mode.value,
        "reason": plan.reason,
        "changed": applied.way.change.value,
        "why": applied.way.why,
        "done": " ".join([applied.way.why, *steps_told(applied), *stillness(applied)]),
        "offset_ms": number(plan.line.offset_frames * FRAME_MS, 1),
        "rate": number(plan.line.rate, 6),
        "pulldown": plan.pulldown,
        "pieces": [
            {
                "start": number(piece.start_seconds, 2),
                "end": number(piece.end_seconds, 2),
                "offset_ms": number(piece.line.offset_frames * FRAME_MS, 1),
                "rate": number(piece.line.rate, 6),
            }
            for piece in plan.clock.pieces
        ],
        "mean_shift_ms": number(float(np.abs(shift).mean()), 1),
        "largest_shift_ms": number(float(np.abs(shift).max()), 1),
        "mean_confidence": number(float(plan.confidence.mean()), 3),
        "picture": applied.picture,
        "drawn_frames": applied.drawn_frames,
        "held_frames": {"start": applied.held_frames[0], "end": applied.held_frames[1]},
        "sound": applied.sound,
        "gains": {mode.value: gain_of(gain) for mode, gain in plan.gains.items()},
    }


def drawn(plan: Plan) -> Json | None:
    """The warp as a line over the evidence: times of the source, and how much is taken out there."""
    if plan.warp is None:
        return None
    source, shift = _moved(plan)
    step = -(-len(source) // MOST_POINTS)
    return {
        "source_seconds": np.round(source[::step] / ANALYSIS_FPS, 3).tolist(),
        "shift_ms": np.round(shift[::step], 1).tolist(),
    }


def _moved(plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The source time of each output frame, in frames, and how far that is moved, in ms."""
    output = np.arange(len(plan.displacements), dtype=np.float64)
    source = plan.clock.source(output + plan.displacements)
    return source, (source - output) * FRAME_MS


def judgement_of(judgement: Judgement) -> Json:
    """The scores of the engine that had no part in the search, and whether it sees a gain, JSON-ready."""
    both = agrees(judgement)
    return {
        "engine": engine_of(judgement.engine),
        "agrees": both,
        "told": SEEN_BY_BOTH if both else SEEN_BY_ONE,
        "before": score_of(judgement.before, judgement.engine),
        "after": score_of(judgement.after, judgement.engine),
    }


def gain_of(gain: Gain) -> Json:
    """What a search found, beside what it finds in unrelated sound; nats."""
    return {
        "found": number(gain.value, 2),
        "by_chance": number(gain.null_mean, 2),
        "chance_spread": number(gain.null_spread, 2),
        "draws": gain.draws,
        "probability_by_chance": number(gain.chance, 6),
        "real": gain.real,
    }


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
    content: Json = {
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
    source, shift = _moved(plan)
    axes.plot(source / ANALYSIS_FPS, shift, color="#bc4c00", linewidth=1.6)
    axes.set_title(f"{plan.reason}.", loc="left", fontsize=11)
    figure.savefig(path, format="png", metadata={"Software": None})
