"""One streaming pass over a video: the same frames in another order, or other frames at the same times."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from liptune.core.errors import RenderFailed
from liptune.core.media.clock.frames import FrameTimes, frame_times
from liptune.core.media.inventory.read import read_ahead, read_headers
from liptune.core.media.inventory.words import Told
from liptune.core.media.laying import later_seconds
from liptune.core.media.probe.probe import probe, require_video
from liptune.core.media.read.raw import RawFrame, read_frames
from liptune.core.media.types import NO_LIMITS, MediaInfo
from liptune.core.media.write.assemble import write_copy
from liptune.core.media.write.codecs import encoded_format, encoder_for, raw_format
from liptune.core.media.write.containers import CONSTANT_RATE
from liptune.core.media.write.copy import Copy, Sound, picture_suffix
from liptune.core.media.write.faithful import faithfully
from liptune.core.media.write.frame_writer import FrameWriter, Job
from liptune.core.media.write.interpolate import FlowInterpolator
from liptune.core.media.write.rehearse import Undertaking
from liptune.core.media.write.staging import staged
from liptune.core.progress import Progress, Remembered, silent

_REPORT_SECONDS = 0.25


@dataclass(frozen=True)
class Rendered:
    """What was written. ``encoder``: ffmpeg's name of it. ``pixel_format``: as encoded. ``sound``:
    ``copied`` bit for bit, or ``encoded`` where the container asks for it.

    ``losses``: what the copy lacks of its source.
    """

    path: Path
    frames: int
    encoder: str
    pixel_format: str
    sound: Sound
    losses: tuple[Told, ...] = ()


def render_picks(
    info: MediaInfo,
    picks: NDArray[np.int64],
    output: Path,
    *,
    times: FrameTimes | None = None,
    audio: MediaInfo | None = None,
    progress: Progress = silent,
) -> Rendered:
    """Writes a video whose frame i is the source's frame ``picks[i]``; see `render`.

    ``picks``: (N,), one for each of the source's N frames. ``times``: the source's, read where they are not
    given. Memory: the frames between the earliest still needed and the latest seen.
    """
    told = Remembered(progress)
    times = times or frame_times(info, heartbeat=told.again)
    layout = raw_format(require_video(info))
    with closing(read_frames(info, layout, times=times, heartbeat=told.again)) as frames:
        return render(info, picked(frames, picks), output, times=times, audio=audio, progress=told)


def render_between(
    info: MediaInfo,
    positions: NDArray[np.float64],
    output: Path,
    *,
    times: FrameTimes | None = None,
    audio: MediaInfo | None = None,
    progress: Progress = silent,
) -> Rendered:
    """As `render_picks`, with frames drawn by optical flow where ``positions`` lie between the source's.

    ``positions``: (N,) source frames, never decreasing.
    """
    told = Remembered(progress)
    times = times or frame_times(info, heartbeat=told.again)
    layout = raw_format(require_video(info))
    with closing(read_frames(info, layout, times=times, heartbeat=told.again)) as frames:
        drawn = drawn_between(frames, positions, FlowInterpolator(layout))
        return render(info, drawn, output, times=times, audio=audio, progress=told)


def render(
    info: MediaInfo,
    frames: Iterable[RawFrame],
    output: Path,
    *,
    times: FrameTimes | None = None,
    audio: MediaInfo | None = None,
    keeps_sound: bool = False,
    tag: str | None = None,
    ends: bool = False,
    progress: Progress = silent,
) -> Rendered:
    """Writes a video with new ``frames`` at the source's times, all else kept.

    Frame count and times, size, pixel format, sample aspect, rotation, colour tags and HDR metadata are the
    source's; all other streams, their names, chapters and attachments are copied, as far as the container
    has a place for them. ``audio`` replaces the sound, where it is laid (`core.media.laying`), or is heard
    before it where it ``keeps_sound``. The codec is of the source's family (`core.media.write.codecs`).
    ``tag``: what the file says of how it was made, where its container has a place for that. Where all
    ``ends`` with the picture, whose duration ``info`` says, so does what lasts longer.

    ``frames``: one for each of `frame_times`, laid out as `raw_format` says. ``output``: its suffix chooses
    the container (`media.write.containers`); it appears when it is whole. Progress: ``render``.

    Raises:
        RepairRefused: the copy lacks what its first frames did not show that it would.
        RenderFailed: a full disk, a missing encoder, a dying ffmpeg, or a frame too many or too few.
    """
    told = Remembered(progress)
    told("render", 0.0)
    times = times or frame_times(info, heartbeat=told.again)
    video = require_video(info)
    layout = raw_format(video)
    later = later_seconds(audio)
    end = video.duration_seconds if ends else None
    work = Undertaking(
        info, times, redrawn=True, audio=audio, later_seconds=later, keeps_sound=keeps_sound, ends_seconds=end
    )

    def write(copy: Path) -> None:
        with TemporaryDirectory(prefix=".liptune-", dir=copy.parent) as folder:
            picture = Path(folder) / f"picture{picture_suffix(copy.suffix)}"
            reordered = copy.suffix not in CONSTANT_RATE
            _encode(Job(info, layout, times, picture, told.again, reordered), frames, told)
            write_copy(work.copy(read_headers(info.path), picture, tag), copy, told)
        _verify(copy, times, told.again)

    with staged(output) as staging, read_ahead(info.path):
        lacking = faithfully(work, staging, lambda: write(staging), told)
    sound = Copy(info, read_headers(info.path), times, audio=audio).sound(output.suffix)
    pixels = encoded_format(video, layout)
    return Rendered(output, len(times.ticks), encoder_for(video).name, pixels, sound, lacking)


def _encode(job: Job, frames: Iterable[RawFrame], told: Progress) -> None:
    with FrameWriter(job) as writer:
        count = _write_all(writer, frames, len(job.times.ticks), told)
        writer.finish()
    if count != len(job.times.ticks):
        raise RenderFailed(f"{count} frames were made for the {len(job.times.ticks)} of the source")


def picked(frames: Iterator[RawFrame], picks: NDArray[np.int64]) -> Iterator[RawFrame]:
    """Yields ``frames[picks[i]]`` for each i, holding only what is needed.

    Where the source ends early its last frame stands for those beyond.
    """
    needed_from = np.minimum.accumulate(picks[::-1])[::-1]
    held: dict[int, RawFrame] = {}
    newest = -1
    for pick, oldest in zip(picks.tolist(), needed_from.tolist(), strict=True):
        while newest < pick and (frame := next(frames, None)) is not None:
            newest += 1
            held[newest] = frame
            held = {number: kept for number, kept in held.items() if number >= min(oldest, newest)}
        yield held[min(pick, newest)]


def drawn_between(
    frames: Iterator[RawFrame], positions: NDArray[np.float64], interpolator: FlowInterpolator
) -> Iterator[RawFrame]:
    """Yields the picture at each position, holding two frames.

    Where the source ends early its last frame stands for those beyond.
    """
    newest = -1
    before = after = np.empty(0, np.uint8)
    for position in positions.tolist():
        while newest < position and (frame := next(frames, None)) is not None:
            newest += 1
            before, after = after, frame
        share = position - (newest - 1)
        if 0 < share < 1:
            yield interpolator.between(before, after, share)
        else:
            yield after if share >= 1 else before


def _write_all(writer: FrameWriter, frames: Iterable[RawFrame], total: int, progress: Progress) -> int:
    count, reported = 0, 0.0
    for frame in frames:
        if count < total:
            writer.write(frame)
        count += 1
        if (now := time.monotonic()) - reported > _REPORT_SECONDS:
            progress("render", min(1.0, count / total))
            reported = now
    return count


def _verify(path: Path, times: FrameTimes, heartbeat: Callable[[], None]) -> None:
    """Counts what the file holds, for an encoder may drop frames and a disk may fill without a word."""
    written = len(frame_times(probe(path, NO_LIMITS), heartbeat=heartbeat).ticks)
    if written != len(times.ticks):
        raise RenderFailed(f"{written} of {len(times.ticks)} frames arrived in the file")
