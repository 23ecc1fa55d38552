"""A copy that is given out only if it lacks nothing but what was told beforehand."""

from collections.abc import Callable
from pathlib import Path

from liptune.core.errors import RepairRefused
from liptune.core.media.inventory.losses import losses
from liptune.core.media.inventory.read import read_headers, with_frames, with_packets
from liptune.core.media.inventory.types import Inventory
from liptune.core.media.inventory.words import Told, told_of
from liptune.core.media.write.copy import Copy
from liptune.core.media.write.rehearse import rehearse, replaced, with_counts
from liptune.core.progress import Remembered


def faithfully(
    copy: Copy, output: Path, write: Callable[[Inventory | None], None], told: Remembered
) -> tuple[Told, ...]:
    """Lets ``write`` write ``output`` and compares it with its source; returns what it lacks.

    ``write`` is given the beginning of the copy, as a rehearsal found it.

    Raises:
        RepairRefused: It lacks what its first frames did not show that it would.
        RenderFailed, DiskFull: It cannot be written.
    """
    rehearsal = rehearse(copy, output, told)
    write(rehearsal.begun)
    told.again()
    wanted = with_counts(copy, rehearsal.wanted)
    made = with_packets(output, read_headers(output))
    found = losses(wanted, with_frames(output, made) if copy.redrawn else made, copy.intent(output.suffix))
    untold = told_of(found - rehearsal.foreseen, wanted)
    if untold:
        raise RepairRefused(
            f"The copy lacks what the video has: {'; '.join(each.message for each in untold)}.",
            remedy="Keep the video as it is, and report this file's kind.",
            details={"losses": [each.shown() for each in untold]},
        )
    return told_of(found, wanted) + told_of(replaced(copy), copy.source)
