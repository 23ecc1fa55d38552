from io import StringIO

import pytest
from rich.console import Console

from liptune.cli.table import printable, score_table, sentence

SCORE = {
    "offset_frames": 2.95,
    "offset_ms": 118.0,
    "distance_at_zero": 1.2,
    "lse_d": 1.1,
    "lse_c": 0.2,
    "sync_acc": 0.5,
    "confidence": 9.1,
    "ci95": [104.2, 130.8],
    "null": {"mean": 1.0, "p95": 2.0},
    "verdict": "out_of_sync",
    "windows": 150,
    "seconds_scored": 6.0,
    "engine": {"id": "lite", "weights_sha256": "0123456789abcdef"},
}


STEADY = {"rate": 0.0}
DRIFTING = {"rate": -0.004}


def test_a_sentence_says_how_sure() -> None:
    result = {"headline": "The sound is 118 ms early.", "score": SCORE, "timeline": [STEADY]}
    assert sentence(result) == "The sound is 118 ms early. Sure (95 %: +104 to +131 ms)."


@pytest.mark.parametrize("timeline", [[STEADY, STEADY], [DRIFTING]])
def test_an_interval_of_a_part_is_not_told_of_the_whole(timeline: list[dict[str, float]]) -> None:
    result = {"headline": "It changes.", "score": SCORE, "timeline": timeline}
    assert sentence(result) == "It changes."


def test_a_sentence_without_evidence_gives_no_figure() -> None:
    score = SCORE | {"verdict": "no_evidence", "ci95": [None, None]}
    assert sentence({"headline": "Nothing shows it.", "score": score}) == "Nothing shows it."


def test_a_table_bears_figures_that_do_not_exist() -> None:
    absent = SCORE | {"offset_ms": None, "offset_frames": None, "lse_c": None, "ci95": [None, None]}
    console = Console(width=100, record=True, file=StringIO())
    console.print(score_table([("a.mp4", SCORE), ("b.mp4", absent)]))
    text = console.export_text()
    assert "+118 ms" in text
    assert "+2.95" in text
    assert "none ms" in text
    assert "none to none ms" in text


@pytest.mark.parametrize(("name", "shown"), [("a b.mp4", "a b.mp4"), ("a\nb\x1b[2J", r"'a\nb\x1b[2J'")])
def test_a_name_cannot_move_the_cursor(name: str, shown: str) -> None:
    assert printable(name) == shown
