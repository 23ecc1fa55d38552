from fractions import Fraction
from pathlib import Path

from liptune.core.media.types import MediaInfo, Undecoded, VideoStream
from liptune.core.report.undecoded import passed_through, undecoded_of

PICTURE = VideoStream(2, "h264", 64, 64, 64, 64, "yuv420p", Fraction(25), 0, Fraction(1), 75, 0.0, 3.0)
VIDEO = MediaInfo(Path("x.mp4"), "mov", 1, 3.0, PICTURE, ())


def test_nothing_is_said_where_all_frames_decode() -> None:
    assert undecoded_of(None) is None
    assert passed_through(None, VIDEO) == ()


def test_count_and_first_time_are_told() -> None:
    many = Undecoded(17, 92, 1.2344)
    told = undecoded_of(many)
    assert told is not None
    assert {name: told[name] for name in ("frames", "of", "first_seconds")} == {
        "frames": 17, "of": 92, "first_seconds": 1.234,
    }  # fmt: skip
    assert told["told"].startswith("17 of 92 frames of the picture do not decode, the first at 1.23 s; ")
    assert [loss.shown() for loss in passed_through(many, VIDEO)] == [
        {
            "code": "undecoded",
            "stream": 2,
            "message": "17 of 92 frames of picture stream 2 do not decode, the first at 1.23 s: "
            "passed through as what a player shows",
        }
    ]


def test_one_frame_is_one() -> None:
    (loss,) = passed_through(Undecoded(1, 92, 0.5), VIDEO)
    assert loss.message.startswith("1 of 92 frames of picture stream 2 does not decode, at 0.50 s: ")
