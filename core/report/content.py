"""The content of ``report.json``: the result, the evidence, and every constant and version behind it."""

import numpy as np

from liptune.core.analysis import Analysis
from liptune.core.options import MeasureOptions
from liptune.core.report.provenance import provenance
from liptune.core.report.result import Json, number
from liptune.core.report.timeline import timeline_of
from liptune.core.report.words import words
from liptune.core.sync.calibration import Calibration
from liptune.core.sync.clip import ClipScore
from liptune.core.sync.profile import profile
from liptune.core.sync.types import BAND_RADIUS

SHIFTS = BAND_RADIUS - np.arange(2 * BAND_RADIUS + 1)


def _damage(result: Json) -> list[str]:
    return [result["undecoded"]["told"]] if result["undecoded"] else []


def report_of(
    clip: ClipScore,
    analysis: Analysis,
    calibration: Calibration,
    options: MeasureOptions,
    *,
    result: Json,
    separate_audio: bool,
) -> Json:
    """JSON-ready. ``result``: see `result_of`. ``separate_audio``: the sound came in a file of its own."""
    scored = clip.speaker
    told = words(scored)
    return {
        "headline": result["headline"],
        "explanation": [told.sure, told.chance, *_damage(result)],
        "result": result,
        "timeline": timeline_of(clip, analysis),
        "options": options.model_dump(),
        "separate_audio": separate_audio,
        "profile": {
            "offset_frames": [number(shift + scored.middle_frames, 3) for shift in SHIFTS],
            "evidence": [number(value, 5) for value in scored.profile.relief],
            "mean_distance": [number(value, 5) for value in profile(scored.band.values).distances],
        },
        "chance": {
            "confidence_needed": number(scored.threshold, 3),
            "scale": number(scored.chance.scale, 6),
            "degrees_of_freedom": number(scored.chance.freedom, 1),
            "shifts": scored.chance.shifts,
            "draws": [number(value, 3) for value in scored.chance.draws],
        },
        **provenance(analysis, calibration),
    }
