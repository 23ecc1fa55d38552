"""An operation that does what its file says, for tests of many files that need no engine.

Importing this offers it: a pool's processes do so when they are handed a `Said` file.
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from liptune.cli.sources import Source
from liptune.core.errors import MediaUnreadable
from liptune.core.operations.table import OPERATIONS, Operation, OperationResult


class SayOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    louder: bool = False


OPERATIONS["say"] = Operation("Say what the file says.", "tests.cli.many.operations:say", SayOptions)


@dataclass(frozen=True)
class Said(Source):
    """A file that says what becomes of it."""


def a_file(path: Path, **what: Any) -> Said:
    """``offset_ms``; ``undecoded``: as in a result; ``ending``: unreadable, bug or killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(what))
    return Said(str(path))


def result(offset_ms: float) -> dict[str, Any]:
    """What a measurement of a clip with one offset gives, as far as many files are told of it."""
    verdict = "in_sync" if -125 <= offset_ms <= 45 else "out_of_sync"
    ci95 = [offset_ms - 5, offset_ms + 5]
    score = {"verdict": verdict, "offset_ms": offset_ms, "ci95": ci95, "confidence": 9.0}
    score |= {"distance_at_zero": 0.5, "lse_d": 7.0, "lse_c": 5.0, "share_out_of_sync": 0.0}
    stretch = {"start": 0.0, "end": 8.0, "offset_ms": offset_ms, "end_offset_ms": offset_ms, "ci95": ci95}
    stretch |= {"rate": 0.0, "verdict": verdict, "confidence": 9.0, "confidence_needed": 3.0, "sentence": ""}
    return {
        "headline": f"=The sound is {offset_ms} ms early.",
        "score": score | {"seconds_scored": 8.0},
        "timeline": [stretch],
        "gaps": [],
        "media": {"video": {"fps": "25/1"}, "duration_seconds": 8.0},
    }


def say(
    video: Path,
    _audio: Path | None,
    _options: SayOptions,
    *,
    output: Path | None,
    progress: Any,
    **_more: Any,
) -> OperationResult:
    """Does what the file says; writes a report and, first, a copy."""
    said = json.loads(video.read_text())
    progress("say", 0.0)
    time.sleep(said.get("pause", 0.0))
    match said.get("ending"):
        case "unreadable":
            raise MediaUnreadable("It is not media.", remedy="Give another.")
        case "bug":
            raise ZeroDivisionError("a bug")
        case "killed":
            os.kill(os.getpid(), 9)
    found = result(said["offset_ms"]) | {"pid": os.getpid(), "undecoded": said.get("undecoded")}
    return OperationResult(found, () if output is None else _written(video, output))


def _written(video: Path, output: Path) -> tuple[Path, ...]:
    copy, report = output / f"video{video.suffix}", output / "report.html"
    copy.write_text(video.read_text())
    report.write_text("<p>a report</p>")
    return copy, report
