"""A small real operation, for tests that need none of the engine."""

import os
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from liptune.core.errors import NoFace, RepairRefused
from liptune.core.media.probe.probe import probe as read_facts
from liptune.core.media.types import MediaLimits
from liptune.core.operations.table import Operation, OperationResult
from liptune.core.progress import Progress

DIE_AT_JOIN = "die-at-join"
"""See `tests.worker.register`."""


class ProbeOptions(BaseModel):
    """``pace``: seconds between two progress calls. ``ending``: how it ends."""

    model_config = ConfigDict(extra="forbid")

    steps: int = 2
    pace: float = 0.0
    ending: Literal["well", "refused", "worse", "crash", "killed", "killed_once"] = "well"


PROBE = Operation("Probe the video, slowly.", "tests.worker.operations:probe", ProbeOptions)


def probe(
    video: Path,
    audio: Path | None,
    options: ProbeOptions,
    *,
    output: Path,
    cache: object,
    progress: Progress,
    limits: MediaLimits,
    gallery: Path | None = None,
) -> OperationResult:
    """Probes the video, slowly, and writes down how long it is, and its gallery if there is one."""
    facts = read_facts(video, limits)
    for step in range(options.steps):
        progress("count", step / options.steps)
        time.sleep(options.pace)
    _end(options.ending, video, output)
    report = output / "report.json"
    report.write_text(f'{{"seconds": {facts.duration_seconds}}}')
    lent = read_facts(gallery, limits).duration_seconds if gallery else None
    return OperationResult({"seconds": facts.duration_seconds, "lent": lent, "pid": os.getpid()}, (report,))


def _end(ending: str, video: Path, output: Path) -> None:
    mark = video.with_suffix(".died")
    if ending == "refused":
        raise NoFace("No face was seen.", details={"frames": 3})
    if ending == "worse":
        (output / "video.mp4").write_bytes(b"a copy that nobody may have")
        raise RepairRefused("The copy is worse.", remedy="Keep the video as it is.")
    if ending == "crash":
        raise ZeroDivisionError("a secret path /etc/passwd")
    if ending == "killed" or (ending == "killed_once" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), 9)
