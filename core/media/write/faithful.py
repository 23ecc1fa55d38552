"""A copy that is given out only if it lacks nothing but what was told beforehand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from liptune.core.errors import RepairRefused
from liptune.core.media.clock.packets import picture_packets
from liptune.core.media.inventory.losses import losses
from liptune.core.media.inventory.read import read_headers, with_frames, with_packets
from liptune.core.media.inventory.types import Inventory, Stream
from liptune.core.media.inventory.words import Told
from liptune.core.media.probe.probe import probe
from liptune.core.media.types import NO_LIMITS, AudioStream, MediaInfo, VideoStream
from liptune.core.media.write.rehearse import (
    Undertaking,
    given,
    headers_of,
    in_words,
    lost_by_choice,
    rehearse,
)
from liptune.core.progress import Remembered


def faithfully(
    work: Undertaking, output: Path, write: Callable[[], None], told: Remembered
) -> tuple[Told, ...]:
    """Lets ``write`` write ``output`` and compares it with its source; returns what it lacks.

    Raises:
        RepairRefused: It lacks what its first frames did not show that it would.
        RenderFailed, DiskFull: It cannot be written.
    """
    path, headers = work.info.path, headers_of(work, told)
    foreseen = rehearse(work, headers, output, told)
    write()
    told.again()
    seen, made = _beside_frames(work, headers, output, told)
    source = _on_one_clock(with_packets(path, seen, heartbeat=told.again), work.info)
    wanted, made = given(work, source), with_packets(output, made, heartbeat=told.again)
    found = losses(wanted, made, work.intent(output.suffix))
    untold = in_words(found - foreseen, work, source)
    if untold:
        raise RepairRefused(
            f"The copy lacks what the video has: {'; '.join(each.message for each in untold)}.",
            remedy="Keep the video as it is, and report this file's kind.",
            details={"losses": [each.shown() for each in untold]},
        )
    return in_words(found | lost_by_choice(work, source, output.suffix), work, source)


def _beside_frames(
    work: Undertaking, source: Inventory, output: Path, told: Remembered
) -> tuple[Inventory, Inventory]:
    """The source and the copy with what comes with their frames: of two pictures of the same packets that is
    the same, and not looked at."""
    made, beat = read_headers(output), told.again
    if work.redrawn:
        return source, with_frames(output, made, heartbeat=beat)
    before = picture_packets(work.info, heartbeat=beat)
    after = picture_packets(probe(output, NO_LIMITS), heartbeat=beat)
    if before.digest == after.digest:
        return source, made
    path = work.info.path
    return with_frames(path, source, heartbeat=beat), with_frames(output, made, heartbeat=beat)


def _on_one_clock(source: Inventory, info: MediaInfo) -> Inventory:
    """Where the file's clock jumps, when its picture and sound begin and end with the jumps closed."""
    if not info.clock.jumps:
        return source
    streams: tuple[VideoStream | AudioStream, ...] = (*([info.video] if info.video else []), *info.audio)
    spans = {each.index: (each.start_seconds, each.start_seconds + each.duration_seconds) for each in streams}

    def closed(stream: Stream) -> Stream:
        if stream.packets is None or stream.index not in spans:
            return replace(stream, packets=None)
        begin, end = spans[stream.index]
        return replace(stream, packets=replace(stream.packets, begin_seconds=begin, end_seconds=end))

    return replace(source, streams=tuple(map(closed, source.streams)))
