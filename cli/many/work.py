"""What is done with one of many videos, in a process of its own."""

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
from liptune.core.errors import LiptuneError
from liptune.core.operations.table import parse_options
from liptune.core.progress import Progress

Outcome = dict[str, Any]
"""``result`` and ``error``, of which one is None, and ``output``, where a copy was written."""


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


def perform(work: Work, progress: Progress) -> Outcome:
    """Does it. Whatever goes wrong is an outcome too: one broken file is not the others' end."""
    try:
        return {"result": None, "error": None, "output": None, **_done(work, progress)}
    except LiptuneError as error:
        return failed(error.code, error.message, error.remedy)
    except Exception as error:  # noqa: BLE001 - a bug that one file shows
        traceback.print_exc()
        return failed("internal", f"A bug in Liptune: {type(error).__name__}: {error}")


def failed(code: str, message: str, remedy: str | None = None) -> Outcome:
    """The outcome of what did not go well."""
    return {
        "result": None,
        "error": {"code": code, "message": message, "remedy": remedy},
        "output": None,
    }


def _done(work: Work, progress: Progress) -> Outcome:
    if work.output is not None:
        return _repaired(work, work.output, progress)
    if work.report is None and work.server is None:
        return {"result": _run(work, None, progress).result}
    return _into(work.report, lambda folder: {"result": _run(work, folder, progress).result})


def _into(report: Path | None, write: Callable[[Path], Outcome]) -> Outcome:
    if report is None:
        with TemporaryDirectory(prefix="liptune-") as folder:
            return write(Path(folder))
    report.mkdir(parents=True, exist_ok=True)
    try:
        return write(report)
    finally:
        with suppress(OSError):
            report.rmdir()  # where nothing has come of it


def _repaired(work: Work, output: Path, progress: Progress) -> Outcome:
    """The copy is made beside the place where it goes, so that it is moved there whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".liptune-", dir=output.parent) as folder:
        done = _run(work, Path(folder), progress)
        made, *others = done.artifacts
        same = made.suffix.lower() == output.suffix.lower()
        target = output if same else output.with_name(output.name + made.suffix)
        if work.report is not None:
            work.report.mkdir(parents=True, exist_ok=True)
            for path in others:
                shutil.copyfile(path, work.report / path.name)
        made.replace(target)
    return {"result": done.result, "output": str(target)}


def _run(work: Work, folder: Path | None, progress: Progress) -> remote.Done:
    asked = work.operation, work.video, work.audio, parse_options(work.operation, work.options)
    if work.server is None:
        return local.carry_out(*asked, folder, progress=progress, gallery=work.gallery)
    assert folder is not None  # noqa: S101 - what a service made is always fetched
    lent = work.gallery
    return remote.carry_out(work.server, *asked, folder, progress=progress, priority="batch", gallery=lent)
