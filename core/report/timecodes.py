"""The timecode of any second of a clip whose markers are written."""

import csv
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

from liptune.core.report.markers import CSV

Timecode = Callable[[float], str]


def timecodes(folder: Path, fps: str) -> Timecode:
    """From the first marker on which there is a timecode; else every answer is empty."""
    path = folder / CSV
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["start_timecode"]:
                    return _from(row["start_timecode"], float(row["start_seconds"]), float(Fraction(fps)))
    return lambda _seconds: ""


def _from(timecode: str, seconds: float, fps: float) -> Timecode:
    rate = otio.opentime.RationalTime.nearest_smpte_timecode_rate(fps)
    zero = round(otio.opentime.from_timecode(timecode, rate).value) - round(seconds * rate)
    drops = ";" in timecode

    def of(second: float) -> str:
        return str(otio.opentime.RationalTime(zero + round(second * rate), rate).to_timecode(rate, drops))

    return of
