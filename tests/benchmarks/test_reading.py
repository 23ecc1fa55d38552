import json
from pathlib import Path

import pytest

from benchmarks.reading import independent, record
from benchmarks.reading.edits import EDITS, Edit, Parts, Truth, parts
from benchmarks.reading.kinds import KINDS, Kind
from benchmarks.reading.trial import MEASURE, Trial, trials
from tests.media_factory import ffmpeg, talking

MP4, MKV = KINDS[0], KINDS[4]


def test_a_source_that_ffprobe_does_not_read_is_a_row(tmp_path: Path) -> None:
    def broken(_parts: Parts, _kind: Kind, path: Path) -> Truth:
        path.write_bytes(b"no media")
        return Truth({}, ())

    found = list(trials(Parts(tmp_path, tmp_path), MKV, Edit("broken", broken, lambda _: True), ()))
    assert found == [Trial(MKV.label, "broken", MEASURE, unread="source")]
    assert not found[0].good


def test_sound_that_an_edit_list_hides_is_not_heard(tmp_path: Path) -> None:
    whole, cut = talking(tmp_path / "whole.mp4", seconds=3.0, burst=0.6), tmp_path / "cut.mp4"
    ffmpeg("-ss", "0.7", "-i", whole, "-c", "copy", cut)
    assert independent.heard(whole) == pytest.approx([0.6], abs=0.002)
    assert independent.heard(cut) == []


def test_vp9_that_begins_between_keyframes_is_seen_from_the_first_on(tmp_path: Path) -> None:
    vp9 = next(kind for kind in KINDS if kind.label == "mkv VP9 + FLAC")
    inside = next(edit for edit in EDITS if edit.name.startswith("begins inside"))
    path = tmp_path / "x.mkv"
    inside.make(parts(tmp_path), vp9, path)
    assert independent.seen(path)[0][1] == 25


def test_the_record_keeps_what_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.record.RESULTS", tmp_path)
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    first, second, third = EDITS[0].name, EDITS[1].name, EDITS[2].name
    good, bad = Trial(MP4.label, first, MEASURE, 0.5), Trial(MP4.label, second, MEASURE, untold=("end",))
    slow = Trial(MKV.label, third, MEASURE, refused="timed_out")
    record.keep("tried", [slow, bad, good], {"commit": "abc"})
    assert [each.edit for each in record.kept("tried", ())] == [first, second]
    assert record.kept("tried", [(MP4.label, second)]) == [good]
    assert record.kept("nothing", ()) == []
    written = json.loads((tmp_path / "tried.json").read_text("utf-8"))
    assert written["commit"] == "abc"
    assert [(row["edit"], row["good"], row["refused"]) for row in written["rows"]] == [
        (first, 1, 0),
        (second, 0, 0),
        (third, 0, 1),
    ]
