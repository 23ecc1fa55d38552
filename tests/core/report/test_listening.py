"""What is said of the sound that was listened to."""

from dataclasses import replace

from liptune.core.media.sounds import Sound
from liptune.core.media.types import AudioStream
from liptune.core.report.listening import told, unheard
from liptune.core.sync.listening import Listening, Tried, fits_better
from liptune.core.sync.types import Null, SyncScore, Verdict

MONO = AudioStream(1, "aac", 48_000, 1, 0.0, 1.0, layout="mono")
GERMAN = AudioStream(2, "aac", 48_000, 2, 0.0, 1.0, layout="stereo", language="deu")
FILM = AudioStream(3, "ac3", 48_000, 6, 0.0, 1.0, layout="5.1", title="Director")


def score(confidence: float, verdict: Verdict = Verdict.OUT_OF_SYNC) -> SyncScore:
    none = float("nan")
    return SyncScore(
        3.0, 120.0, none, none, none, none, confidence, (90.0, 150.0), Null(1.0, 2.0, 16), verdict, 100, 4.0,
        worst=None, share_out_of_sync=None,
    )  # fmt: skip


def tried(stream: AudioStream, confidence: float, channel: int | None = None, loud: float = -20.0) -> Tried:
    verdict = Verdict.OUT_OF_SYNC if confidence > 4 else Verdict.NO_EVIDENCE
    return Tried(Sound(stream.index, channel), stream, score(confidence, verdict), 4.0, loud)


def test_nothing_is_said_where_there_was_no_choice() -> None:
    one = tried(GERMAN, 9.0)
    assert told(Listening(one, (one,), (GERMAN,))) == unheard(Listening(one, (one,), (GERMAN,))) == ""


def test_streams_that_nobody_listened_to_are_told() -> None:
    one = tried(MONO, 1.0)
    listening = Listening(one, (one,), (MONO, GERMAN, FILM))
    assert told(listening) == (
        "Listened to audio stream 1 (mono). Not listened to: audio stream 2 (deu, stereo), "
        "audio stream 3 (Director, 5.1)."
    )
    assert "2 other audio streams, not listened to" in unheard(listening)
    found = replace(one, score=score(9.0))
    assert unheard(Listening(found, (found,), (MONO, GERMAN))) == ""


def test_of_several_the_best_is_told_with_the_next() -> None:
    centre, mix = tried(FILM, 9.06, 2), tried(FILM, 5.2)
    assert told(Listening(centre, (centre, mix), (FILM,))) == (
        "Of the 2 sounds that were listened to, the centre channel of audio stream 3 (Director, 5.1) fits "
        "the lips best: confidence 9.1, against 5.2 for the mix of audio stream 3 (Director, 5.1)."
    )


def test_where_none_fits_that_is_said() -> None:
    several = tuple(tried(stream, 1.0) for stream in (MONO, GERMAN))
    listening = Listening(several[0], several, (MONO, GERMAN))
    assert told(listening).startswith("None of the 2 sounds that were listened to fits the lips")
    assert unheard(listening) == " 2 sounds of the file were tried."


def test_channels_are_told_of_where_nothing_is_found() -> None:
    mix, left = tried(GERMAN, 1.0), tried(GERMAN, 1.0, 0)
    assert "mix of 2 channels" in unheard(Listening(mix, (mix,), (GERMAN,)))
    assert "one of 2 channels" in unheard(Listening(left, (left,), (GERMAN,)))


def test_the_strongest_evidence_wins_and_without_any_the_likelier_that_can_be_heard() -> None:
    strong, weak, quiet = tried(FILM, 9.0), tried(FILM, 5.0, 2), tried(FILM, 1.0, 2, loud=-80.0)
    nothing, louder = tried(MONO, 1.0), tried(FILM, 3.9)
    assert fits_better(strong, weak)
    assert not fits_better(weak, strong)
    assert fits_better(weak, nothing)
    assert not fits_better(nothing, weak)
    assert not fits_better(louder, nothing)
    assert fits_better(nothing, quiet)
    assert fits_better(quiet, None)
    failed = Tried(Sound(1), MONO)
    assert not fits_better(failed, None)
    assert fits_better(quiet, failed)
