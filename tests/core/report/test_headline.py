import pytest

from liptune.core.report.headline import headline, sentence_of, timing
from liptune.core.sync.timeline.types import Stretch, Timeline
from liptune.core.sync.types import Verdict

IN, OUT, NONE = Verdict.IN_SYNC, Verdict.OUT_OF_SYNC, Verdict.NO_EVIDENCE


def stretch(
    start: float, end: float, offset: float | None, verdict: Verdict = IN, rate: float = 0.0
) -> Stretch:
    interval = None if offset is None else (offset - 10, offset + 10)
    return Stretch(start, end, offset, rate, interval, 9.0 if interval else 1.0, 4.0, verdict)


def told(*stretches: Stretch, searched: tuple[float, float] = (-5000.0, 5000.0)) -> str:
    return headline(Timeline(stretches, searched))


def test_a_clip_of_one_offset_is_told_as_a_whole() -> None:
    assert told(stretch(0, 9, 12)) == "The lips and the sound agree."
    assert told(stretch(0, 9, -60)) == "The sound is 60 ms late, less than viewers notice."
    assert told(stretch(0, 9, 118, OUT)) == "The sound is 118 ms early."
    assert told(stretch(0, 9, -1496, OUT)) == "The sound is 1.50 s late."


def test_what_was_not_searched_is_not_nothing() -> None:
    said = told(stretch(0, 9, None, NONE), searched=(-3040.0, 1000.0))
    assert said.startswith("Nothing shows that this sound belongs to these lips.")
    assert said.endswith("It was looked for up to 1.0 s early and 3.0 s late.")


def test_a_wrong_stretch_is_told_with_its_times() -> None:
    said = told(stretch(0, 7, -20), stretch(7, 12.9, -215, OUT), stretch(12.9, 20, -20))
    assert said == "In sync, but from 0:07.0 to 0:12.9 the sound is 215 ms late."


def test_a_clip_that_is_mostly_wrong_is_not_called_in_sync() -> None:
    said = told(stretch(0, 30, -215, OUT), stretch(30, 32, 0))
    assert (
        said == "The offset changes: from 0:00.0 to 0:30.0 215 ms late and from 0:30.0 to 0:32.0 0 ms late."
    )


def test_steps_that_nobody_notices_are_in_sync() -> None:
    said = told(stretch(0, 7, 10), stretch(7, 20, -90))
    assert said.startswith("In sync, though the offset changes: from 0:00.0 to 0:07.0 10 ms early")


def test_a_drift_is_told_by_its_ends_its_speed_and_its_cause() -> None:
    slow = Stretch(0, 56.03, -40, -0.004, (-45, -35), 9.0, 4.0, OUT)
    assert told(slow) == "The sound drifts: 40 ms late at the start, 265 ms at the end (0.40 % slow)."
    film = Stretch(0, 60, 100, 24 / 25 - 1, (95, 105), 9.0, 4.0, OUT)
    assert told(film).endswith("2.40 s late at the end (4.00 % slow; as after a conversion 24 → 25).")


def test_a_stretch_is_told_with_its_times() -> None:
    assert sentence_of(stretch(7, 12.9, -215, OUT)) == "0:07.0–0:12.9: the sound is 215 ms late."
    assert sentence_of(stretch(0, 7, -15)) == "0:00.0–0:07.0: the lips and the sound agree."
    assert sentence_of(stretch(0, 7, 30)).endswith("the sound is 30 ms early, less than viewers notice.")
    assert sentence_of(stretch(60, 3723.4, None, NONE)) == "1:00.0–1:02:03.4: nothing can be told."
    drifting = Stretch(0, 56.03, -40, -0.004, (-45, -35), 9.0, 4.0, OUT)
    assert "the sound drifts: 40 ms late at the start, 265 ms at the end" in sentence_of(drifting)


def test_silence_is_told() -> None:
    said = told(stretch(0, 8, 0), stretch(8, 20, None, NONE))
    assert said == "The lips and the sound agree. Nothing can be told from 0:08.0 to 0:20.0."


def test_a_long_list_is_cut_short_and_counted() -> None:
    many = [stretch(at, at + 5, -215 if at % 10 else 0, OUT if at % 10 else IN) for at in range(0, 100, 5)]
    assert told(*many).endswith("and 7 more stretches.")


@pytest.mark.parametrize(
    ("ms", "text"), [(119.6, "120 ms early"), (-999.4, "999 ms late"), (-999.6, "1.00 s late")]
)
def test_timing(ms: float, text: str) -> None:
    assert timing(ms) == text
