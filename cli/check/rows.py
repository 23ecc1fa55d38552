"""A measured video as it stands against a rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liptune.core.report.checking import Checked, Portion, Verdict, check
from liptune.core.report.headline import MOST_TOLD, clock
from liptune.core.report.profiles import Profile
from liptune.core.report.rows import Row, damage, found
from liptune.core.report.spreadsheet import plain

COLUMNS = (
    "file", "audio", "profile", "verdict", "rule", "start_timecode", "end_timecode", "start_seconds",
    "end_seconds", "offset_ms", "ci95_low", "ci95_high", "error", "message",
)  # fmt: skip


@dataclass(frozen=True)
class Timed:
    """A portion with its timecodes, empty where the frames have none."""

    portion: Portion
    begin: str
    end: str

    @property
    def told(self) -> str:
        """``01:00:07:00 to 01:00:12:22: late, -215 ms (-225 to -205 ms)``."""
        portion = self.portion
        times = (self.begin, self.end) if self.begin else (clock(portion.start), clock(portion.end))
        low, high = portion.ci95 or (portion.offset_ms, portion.offset_ms)
        interval = f" ({low:+.0f} to {high:+.0f} ms)" if portion.ci95 else ""
        return f"{times[0]} to {times[1]}: {portion.rule}, {portion.offset_ms:+.0f} ms{interval}"


@dataclass(frozen=True)
class CheckedRow:
    """A row, and what the rule says of it: nothing where there is an error."""

    row: Row
    checked: Checked | None
    failing: tuple[Timed, ...] = ()

    @property
    def name(self) -> str:
        """What it is called; several sounds of one picture are told apart."""
        sound = f" + {self.row['audio']}" if self.row["audio"] else ""
        return f"{self.row['name']}{sound}"

    @property
    def verdict(self) -> Verdict:
        """What cannot be measured cannot be judged."""
        return self.checked.verdict if self.checked else Verdict.NOT_JUDGED

    @property
    def is_whole(self) -> bool:
        """Whether all of it could be judged."""
        return (
            self.checked is not None and self.verdict is not Verdict.NOT_JUDGED and not self.checked.unjudged
        )

    @property
    def note(self) -> str:
        """What keeps it, or parts of it, from being judged, and what is damaged; empty where nothing is."""
        if error := self.row["error"]:
            return f"{error['message']} [{error['code']}]"
        result = self.row["result"]
        if self.verdict is Verdict.NOT_JUDGED:
            return found(result)
        return " ".join(filter(None, (self._unjudged, damage(result))))

    @property
    def _unjudged(self) -> str:
        unjudged = self.checked.unjudged if self.checked else ()
        if len(unjudged) > MOST_TOLD:
            seconds = sum(end - start for start, end in unjudged)
            return f"Nothing can be told of {len(unjudged)} stretches, {seconds:.0f} s in all."
        spans = " and ".join(f"from {clock(start)} to {clock(end)}" for start, end in unjudged)
        return f"Nothing can be told {spans}." if spans else ""


def checked_row(row: Row, profile: Profile) -> CheckedRow:
    """Judges a row, whose report is where it says."""
    from liptune.core.report.timecodes import timecodes

    if row["error"]:
        return CheckedRow(row, None)
    checked = check(row["result"], profile)
    timecode = timecodes(Path(row["report"]).parent, row["result"]["media"]["video"]["fps"])
    failing = (Timed(each, timecode(each.start), timecode(each.end)) for each in checked.failing)
    return CheckedRow(row, checked, tuple(failing))


def cells(one: CheckedRow, profile: Profile) -> Iterator[dict[str, Any]]:
    """A line for each portion that fails, or one for the video, by `COLUMNS`."""
    told = {"file": plain(one.row["file"]), "audio": plain(one.row["audio"] or ""), "profile": profile.name}
    told |= {"verdict": one.verdict, "message": plain(one.note)}
    if error := one.row["error"]:
        told |= {"error": error["code"]}
    if not one.failing:
        yield told
    for timed in one.failing:
        portion = timed.portion
        low, high = portion.ci95 or (None, None)
        yield told | {
            "rule": portion.rule, "start_timecode": timed.begin, "end_timecode": timed.end,
            "start_seconds": round(portion.start, 2), "end_seconds": round(portion.end, 2),
            "offset_ms": round(portion.offset_ms, 1), "ci95_low": low, "ci95_high": high,
        }  # fmt: skip


def as_json(one: CheckedRow, profile: Profile) -> dict[str, Any]:
    """The row, with what the rule says under ``check``."""
    unjudged = list(one.checked.unjudged) if one.checked else []
    failing = [
        {
            "rule": timed.portion.rule,
            "start": round(timed.portion.start, 2), "end": round(timed.portion.end, 2),
            "start_timecode": timed.begin, "end_timecode": timed.end,
            "offset_ms": round(timed.portion.offset_ms, 1), "ci95": timed.portion.ci95,
        }
        for timed in one.failing
    ]  # fmt: skip
    told = {"profile": profile.name, "verdict": one.verdict, "failing": failing, "unjudged": unjudged}
    return {**one.row, "check": told}
