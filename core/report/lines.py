"""A line of CSV for each of many videos."""

import csv
from typing import Any, TextIO

from liptune.core.report.rows import Row, found
from liptune.core.report.spreadsheet import plain

COLUMNS = (
    "file", "audio", "verdict", "offset_ms", "ci95_low", "ci95_high", "confidence", "distance_at_zero",
    "lse_d", "lse_c", "share_out_of_sync", "seconds_scored", "before_verdict", "before_offset_ms", "output",
    "error", "message",
)  # fmt: skip
NUMBERS = (
    "verdict", "offset_ms", "confidence", "distance_at_zero", "lse_d", "lse_c", "share_out_of_sync",
    "seconds_scored",
)  # fmt: skip


def cells(row: Row) -> dict[str, Any]:
    """A row's values by `COLUMNS`, empty where there is none; of a repair, those of the copy."""
    told = {
        "file": plain(row["file"]),
        "audio": plain(row["audio"] or ""),
        "output": plain(row["output"] or ""),
    }
    if error := row["error"]:
        return told | {"error": error["code"], "message": plain(error["message"])}
    score = row["result"]["score"]
    low, high = score["ci95"]
    told |= {name: score[name] for name in NUMBERS} | {"ci95_low": low, "ci95_high": high}
    told["message"] = plain(found(row["result"]))
    if before := row["result"].get("before"):
        told["before_verdict"] = before["score"]["verdict"]
        told["before_offset_ms"] = before["score"]["offset_ms"]
    return told


class Lines:
    """Writes rows as lines of CSV."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")

    def begin(self) -> None:
        """Writes the names of the columns."""
        self._writer.writeheader()

    def add(self, row: Row) -> None:
        """Writes a row."""
        self._writer.writerow(cells(row))
