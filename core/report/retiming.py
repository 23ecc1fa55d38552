"""Reports a retiming: its part of the result and of the report; `core.report.retiming_files` writes files."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from liptune.core.analysis import Analysis
from liptune.core.media.inventory.words import Told
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.plan.chance import Gain
from liptune.core.plan.plan import Plan
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
from liptune.core.retime.apply import Applied
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.listening import Listening
from liptune.core.sync.types import Judgement
from liptune.core.sync.verdict import FRAME_MS
from liptune.core.sync.worse import agrees

SEEN_BY_BOTH = "The judge, which had no part in the plan, finds the lips nearer to the sound too."
SEEN_BY_ONE = (
    "The judge, which had no part in the plan, does not find the lips nearer to the sound: what was gained "
    "is the planner's word alone."
)
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
    _, shift = moved(plan)
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
    source, shift = moved(plan)
    step = -(-len(source) // MOST_POINTS)
    return {
        "source_seconds": np.round(source[::step] / ANALYSIS_FPS, 3).tolist(),
        "shift_ms": np.round(shift[::step], 1).tolist(),
    }


def moved(plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(T,) each: the source time of each output frame, in frames, and how far that is moved, in ms."""
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
