import base64
from typing import Any

import cv2
import numpy as np
import pytest

from liptune.core.analysis import Analysis
from liptune.core.options import MeasureOptions
from liptune.core.plan.clock import Clock, ClockPiece
from liptune.core.plan.plan import Plan
from liptune.core.plan.types import Line, RetimeMode, TimeWarp
from liptune.core.report.retiming import drawn
from liptune.core.report.timeline import timeline_of
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import score_clip
from tests.core.sync.analyses import analysis
from tests.core.sync.synthetic import noise, pair, unit


def _timeline(made: Analysis) -> dict[str, Any]:
    return timeline_of(score_clip(made, MeasureOptions(), uncalibrated(normalised=True)), made)


def _two_faces() -> Analysis:
    spoken = pair(300, signal=0.7, offset=3)
    other = unit(noise(np.random.default_rng(5), 300, 64, 2.0))
    return analysis([(0, spoken.video), (0, other)], spoken.audio, 300)


def test_levels_are_the_loudest_of_each_step_on_the_clock_of_the_picture() -> None:
    rows = pair(150, signal=0.7)
    made = analysis([(0, rows.video)], rows.audio, 150)
    made.loudness[7] = -6.0
    sound = _timeline(made)["sound"]
    assert sound["step_seconds"] == 0.04
    assert len(sound["levels"]) == 150
    assert sound["levels"][7] == pytest.approx(10 ** (-6 / 20), abs=1e-4)
    assert sound["levels"][8] == pytest.approx(0.1)


def test_a_long_clip_is_drawn_in_as_much_as_a_screen_shows() -> None:
    rows = pair(4000, signal=0.7)
    timeline = _timeline(analysis([(0, rows.video)], rows.audio, 4000))
    assert timeline["seconds"] == 160.0
    assert len(timeline["sound"]["levels"]) == 4000 / 3 + 2 / 3
    assert _picture(timeline).shape[1] <= 1500


def test_the_evidence_is_darkest_at_the_offset() -> None:
    timeline = _timeline(_two_faces())
    strength = _picture(timeline)[..., 3].mean(axis=1)
    top, bottom = timeline["evidence"]["from_ms"], timeline["evidence"]["to_ms"]
    middles = np.linspace(top, bottom, 2 * len(strength) + 1)[1::2]
    assert middles[strength.argmax()] == pytest.approx(120)


def test_each_face_has_its_own_moments() -> None:
    speaking, silent = _timeline(_two_faces())["faces"]
    assert {moment["face"] for moment in silent["moments"]} == {1}
    assert [moment["verdict"] for moment in speaking["moments"]].count("out_of_sync") > 15
    assert {moment["verdict"] for moment in silent["moments"]} == {"no_evidence"}
    for moment in speaking["moments"] + silent["moments"]:
        passes = moment["confidence"] > moment["confidence_needed"]
        assert passes == (moment["verdict"] != "no_evidence")


def test_a_portrait_is_of_a_frame_in_which_the_face_was_seen() -> None:
    rows = pair(100, signal=0.7)
    made = analysis([(25, rows.video)], np.concatenate([rows.audio[:25], rows.audio]), 125)
    made.tracks[0].track.seen[:] = False
    made.tracks[0].track.seen[90] = True
    made.tracks[0].track.boxes[90] = (10, 20, 110, 130)
    [face] = _timeline(made)["faces"]
    assert face["portrait"] == {"seconds": (25 + 90) / 25, "left_top_right_bottom": [10, 20, 110, 130]}


def test_a_warp_is_drawn_at_the_times_of_the_source() -> None:
    output = np.arange(5000, dtype=np.float64)
    line = Line(offset_frames=5.0, rate=0.001)
    clock, none = (Clock((ClockPiece(0.0, 200.0, each),)) for each in (line, Line()))
    warp = TimeWarp(output / 25, line.source(output) / 25)
    still, sure = np.zeros(5000), np.ones(5000)
    line_drawn = drawn(Plan(RetimeMode.DRIFT, "It drifts", clock, warp, still, sure, {}))
    assert line_drawn is not None
    assert len(line_drawn["shift_ms"]) == len(line_drawn["source_seconds"]) == 1250
    assert line_drawn["source_seconds"][0] == pytest.approx(0.2)
    assert line_drawn["shift_ms"][0] == pytest.approx(200)
    assert line_drawn["shift_ms"][-1] == pytest.approx((5 + 0.001 * 4996) * 40, abs=0.1)
    assert drawn(Plan(RetimeMode.NONE, "They agree", none, None, still, sure, {})) is None


def _picture(timeline: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    head, _, body = timeline["evidence"]["png"].partition(",")
    assert head == "data:image/png;base64"
    decoded = cv2.imdecode(np.frombuffer(base64.b64decode(body), np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(decoded)
