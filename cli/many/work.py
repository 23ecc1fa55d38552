"""What is done with one of many videos, and what became of it."""

import shutil
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from liptune.cli import local, remote
from liptune.cli.sources import Source
from liptune.core.errors import InvalidOption, LiptuneError
from liptune.core.operations.table import parse_options
from liptune.core.progress import Progress

Outcome = dict[str, Any]
"""``result`` and ``error``, of which one is None, and ``output``, where a copy was written."""
Told = Callable[[int, str, float], None]
"""How far a work is: its number, its stage, and how much of the stage is done."""
Runs = Callable[[Path | None], remote.Done]
"""Has a work done, and the files that it makes put into the folder, if there is one."""


@dataclass(frozen=True)
class Work:
    """What is to be done. ``report``: a folder, None where no report is wanted.

    ``output``: where the copy of a repair goes; a service, or the codec, may want another suffix.
    ``gallery``: the video that a dub takes mouths from too.
    """

    operation: str
    video: Source
    audio: Source | None
    options: dict[str, Any]
    server: str | None = None
    report: Path | None = None
    output: Path | None = None
    gallery: Source | None = None


def perform(work: Work, run: Runs) -> Outcome:
    """Does it. Whatever goes wrong is an outcome too: one broken file is not the others' end."""
    try:
        return {"result": None, "error": None, "output": None, **_done(work, run)}
    except LiptuneError as error:
        return ended_with(error)
    except Exception as error:  # noqa: BLE001 - a bug that one file shows
        traceback.print_exc()
        return failed("internal", f"A bug in Liptune: {type(error).__name__}: {error}")


def ended_with(error: LiptuneError) -> Outcome:
    """The outcome of what ended with an error."""
    return failed(error.code, error.message, error.remedy)


def failed(code: str, message: str, remedy: str | None = None) -> Outcome:
    """The outcome of what did not go well."""
    return {
        "result": None,
        "error": {"code": code, "message": message, "remedy": remedy},
        "output": None,
    }


def _done(work: Work, run: Runs) -> Outcome:
    if work.output is not None:
        return _repaired(work, work.output, run)
    if work.report is None:
        return {"result": run(None).result}
    work.report.mkdir(parents=True, exist_ok=True)
    try:
        return {"result": run(work.report).result}
    finally:
        with suppress(OSError):
            work.report.rmdir()  # where nothing has come of it


def _repaired(work: Work, output: Path, run: Runs) -> Outcome:
    """The copy is made beside the place where it goes, so that it is moved there whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".liptune-", dir=output.parent) as folder:
        done = run(Path(folder))
        made, *others = done.artifacts
        target = output if _named_so(output, made) else output.with_name(output.name + made.suffix)
        if work.report is not None:
            work.report.mkdir(parents=True, exist_ok=True)
            for path in others:
                shutil.copyfile(path, work.report / path.name)
        made.replace(target)
    return {"result": done.result, "output": str(target)}


def _named_so(output: Path, made: Path) -> bool:
    """Whether the name says which container was made; that of one that is not written here does not."""
    from liptune.core.media.write.containers import same_container

    with suppress(InvalidOption):
        return same_container(made.suffix, output.suffix)
    return False


def carry_out(work: Work, folder: Path | None, progress: Progress) -> remote.Done:
    """Does the work in this process, or has its service do it as a job of its own."""
    asked = work.operation, work.video, work.audio, parse_options(work.operation, work.options)
    lent = work.gallery
    if work.server is None:
        reported = work.report is not None or work.output is None
        return local.carry_out(*asked, folder, progress=progress, gallery=lent, report_files=reported)
    return remote.carry_out(work.server, *asked, folder, progress=progress, priority="batch", gallery=lent)
