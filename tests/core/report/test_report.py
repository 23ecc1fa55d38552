import json
import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import image

from liptune.core.analysis import Analysis
from liptune.core.media.sounds import Sound
from liptune.core.media.types import AudioStream, MediaInfo, VideoStream
from liptune.core.options import MeasureOptions
from liptune.core.report.content import report_of
from liptune.core.report.headline import clock
from liptune.core.report.result import number, result_of
from liptune.core.report.spans import gaps
from liptune.core.report.write import write_report
from liptune.core.sync.calibration import uncalibrated
from liptune.core.sync.clip import ClipScore, score_clip
from liptune.core.sync.listening import Listening, Tried
from liptune.core.sync.types import DistanceBand
from tests.core.sync.analyses import analysis
from tests.core.sync.synthetic import noise, pair, unit

CALIBRATION = uncalibrated(normalised=True)
AUDIO = AudioStream(1, "aac", 44_100, 2, 0.0, 12.0)
VIDEO = MediaInfo(
    Path("clip.mp4"),
    "<script>alert(1)</script>",
    1000,
    12.0,
    VideoStream(
        0, "h264", 640, 480, 640, 480, "yuv420p", Fraction(30000, 1001), 0, Fraction(1), 360, 0.0, 12.0
    ),
    (AUDIO,),
)
FIELDS = {
    "offset_frames", "offset_ms", "distance_at_zero", "lse_d", "lse_c", "sync_acc", "confidence", "ci95",
    "null", "verdict", "windows", "seconds_scored", "worst", "share_out_of_sync", "engine",
}  # fmt: skip


def _clip(made: Analysis) -> tuple[ClipScore, dict[str, Any]]:
    clip = score_clip(made, MeasureOptions(), CALIBRATION)
    heard = Tried(Sound(AUDIO.index), AUDIO, clip.speaker.score)
    result = result_of(clip, made, VIDEO, AUDIO, Listening(heard, (heard,), (AUDIO,)))
    report = report_of(clip, made, CALIBRATION, MeasureOptions(), result=result, separate_audio=False)
    return clip, report


def _early() -> Analysis:
    spoken = pair(300, signal=0.7, offset=3)
    spoken.video[100:140] = np.nan
    silent = unit(noise(np.random.default_rng(5), 100, 64, 2.0))
    return analysis([(0, spoken.video), (150, silent)], spoken.audio, 300, cuts=[150])


def _unrelated(frames: int = 150) -> Analysis:
    rows = pair(frames, signal=0)
    return analysis([(0, rows.video)], rows.audio, frames)


def test_score_has_the_fields_of_the_contract() -> None:
    _, report = _clip(_early())
    result = report["result"]
    assert set(result["score"]) == FIELDS
    assert set(result["score"]["null"]) == {"mean", "p95"}
    assert set(result["score"]["engine"]) == {"id", "weights_sha256"}
    assert result["score"]["verdict"] == "out_of_sync"
    assert result["score"]["offset_ms"] == pytest.approx(120, abs=10)
    assert [face["track"] for face in result["faces"]] == [0, 1]
    assert all(set(face["score"]) == FIELDS for face in result["faces"])
    [stretch] = result["timeline"]
    assert (stretch["start"], stretch["end"], stretch["rate"]) == (0.0, 12.0, 0.0)
    assert stretch["offset_ms"] == stretch["end_offset_ms"] == result["score"]["offset_ms"]
    assert stretch["sentence"] == f"0:00.0–0:12.0: the sound is {round(stretch['offset_ms'])} ms early."
    assert (stretch["ci95"], stretch["verdict"]) == (result["score"]["ci95"], "out_of_sync")
    assert result["score"]["worst"]["offset_ms"] == result["score"]["offset_ms"]
    assert result["score"]["share_out_of_sync"] == 1.0
    assert result["searched_ms"] == [-5000, 5000]
    assert [len(face["timeline"]) for face in result["faces"]] == [1, 1]
    assert result["gaps"] == [[4.0, 5.6]]
    assert result["cuts"] == [6.0]
    assert result["media"]["video"]["fps"] == "30000/1001"


@pytest.mark.parametrize("made", [_early(), _unrelated(), _unrelated(3)], ids=["early", "unrelated", "short"])
def test_artifacts_are_whole_and_self_contained(made: Analysis, tmp_path: Path) -> None:
    clip, report = _clip(made)
    paths = write_report(clip, made, report, tmp_path)
    assert [path.name for path in paths] == ["report.json", "report.html", "distance.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["distance.png", "report.html", "report.json"]
    assert json.loads(paths[0].read_text("utf-8")) == report
    page = paths[1].read_text("utf-8")
    assert not re.search(r"(?:src|href)=\"(?!data:image/png;base64,)|url\((?!#)|@import|\bimport\b", page)
    scripts = ['<script type="application/json" id="views">', '<script type="module">']
    assert re.findall(r"<script[^>]*>", page) == scripts
    assert image.imread(paths[2]).shape[2] == 4


def test_page_says_what_is_wrong_and_how_to_repair_it(tmp_path: Path) -> None:
    clip, report = _clip(_early())
    write_report(clip, _early(), report, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert re.search(r"The sound is 1[12]\d ms early\.", page)
    assert re.search(r"ffmpeg -i VIDEO -itsoffset 0\.1[12]\d -i VIDEO -map 0:v:0 -map 1:a:0 -c copy", page)
    assert "no better than chance" not in page


def test_page_of_unrelated_sound_offers_no_repair(tmp_path: Path) -> None:
    clip, report = _clip(_unrelated())
    write_report(clip, _unrelated(), report, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Nothing shows that this sound belongs to these lips." in page
    assert "itsoffset" not in page


def test_page_lists_several_stretches_in_sentences(tmp_path: Path) -> None:
    clip, report = _clip(_early())
    [whole] = report["result"]["timeline"]
    halves = [whole | {"sentence": f"0:0{half}.0 <b>: said."} for half in range(2)]
    report["result"]["timeline"] = halves
    write_report(clip, _early(), report, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert re.findall(r"<td>(0:0\d\.0 &lt;b&gt;: said\.)</td>", page) == [
        "0:00.0 &lt;b&gt;: said.", "0:01.0 &lt;b&gt;: said.",
    ]  # fmt: skip
    [views] = re.findall(r'id="views">(.*?)</script>', page)
    assert json.loads(views)[0]["stretches"] == halves


def test_two_reports_of_one_analysis_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        made = _early()
        clip, report = _clip(made)
        write_report(clip, made, report, tmp_path / name)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_report_names_every_version_and_constant() -> None:
    _, report = _clip(_early())
    assert all(report["versions"][name] for name in ("torch", "dlib-bin", "opencv-python-headless", "ffmpeg"))
    assert report["engine"]["weights_sha256"] == "ab" * 32
    assert report["constants"]["in_sync_ms"] == [-125.0, 45.0]
    best = report["profile"]["offset_frames"][int(np.argmin(report["profile"]["mean_distance"]))]
    assert best == 3


def test_a_number_that_does_not_exist_is_null() -> None:
    assert number(math.nan, 2) is None
    assert number(math.inf, 2) is None
    assert math.copysign(1, number(-0.0001, 2) or 0.0) == 1
    assert number(1.005, 1) == 1.0


def test_gaps_are_the_rows_without_a_pair() -> None:
    values = np.zeros((100, 3), np.float32)
    values[:25] = values[50:75] = np.nan
    assert gaps(DistanceBand(0, values, 1)) == [(0.0, 1.0), (2.0, 3.0)]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0:00.0"), (61.26, "1:01.3"), (59.96, "1:00.0"), (3723.4, "1:02:03.4")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text
