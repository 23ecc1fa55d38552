"""Runs an operation on this machine; `cli.remote` has a service do the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from liptune.cli.limits import limits
from liptune.cli.remote import Done
from liptune.cli.sources import Source
from liptune.core.library import NoCache
from liptune.core.operations.table import OPERATIONS
from liptune.core.progress import Progress

if TYPE_CHECKING:
    from pydantic import BaseModel


def carry_out(
    operation: str,
    video: Source,
    audio: Source | None,
    options: "BaseModel",
    output: Path | None,
    *,
    progress: Progress,
    suffix: str | None = None,
    gallery: Source | None = None,
    report_files: bool = True,
) -> Done:
    """``suffix``: of the copy that a repair writes; None: that of the video's own container. ``gallery``: the
    video that a dub takes mouths from too. ``report_files``: whether a repair writes more than its copy.

    Raises:
        LiptuneError: Of the kinds that the operation names, and InvalidOption where a setting is wrong.
    """
    named: dict[str, Any] = {} if suffix is None else {"suffix": suffix}
    named |= {} if report_files else {"report_files": False}
    named |= {} if gallery is None else {"gallery": gallery.path}
    done = OPERATIONS[operation].load()(
        video.path,
        audio.path if audio else None,
        options,
        output=output,
        cache=NoCache(),
        progress=progress,
        limits=limits(),
        **named,
    )
    return Done(done.result, done.artifacts)
