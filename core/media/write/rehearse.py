"""Which of a video's contents a copy will lack, found by writing the beginning of one."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from liptune.core.media.inventory.losses import Loss, Lost, losses
from liptune.core.media.inventory.read import read_headers, read_inventory, with_frames, with_packets
from liptune.core.media.inventory.types import Inventory, Packets, Stream
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format
from liptune.core.media.write.containers import begins_late, may_copy, may_outlast
from liptune.core.media.write.copy import Copy, movie_of, picture_suffix
from liptune.core.media.write.frame_writer import FrameWriter, Job
from liptune.core.media.write.mux import begin
from liptune.core.media.write.parts import mux_of
from liptune.core.progress import Remembered

FRAMES = 2


@dataclass(frozen=True)
class Rehearsal:
    """``foreseen``: what the copy will lack. ``wanted``: what it shall have, without packets.

    ``begun``: its beginning, as ffmpeg wrote it; None where ffmpeg does not write it.
    """

    foreseen: frozenset[Loss]
    wanted: Inventory
    begun: Inventory | None


def rehearse(copy: Copy, output: Path, told: Remembered) -> Rehearsal:
    """Finds what ``output`` will lack: its first frames are written beside it, as all will be, and removed.

    Raises:
        RenderFailed: The container of ``output`` cannot hold what it must, or a file cannot be written there.
    """
    suffix, begun = output.suffix, None
    with TemporaryDirectory(prefix=".liptune-", dir=output.parent) as name:
        folder = Path(name)
        copy = replace(copy, picture=_picture(copy, folder / f"picture{picture_suffix(suffix)}", told))
        wanted = given(copy, with_frames(copy.info.path, copy.source) if copy.redrawn else copy.source)
        if movie_of(copy.info, suffix):
            likely = _by_index(copy, wanted, suffix)
        else:
            begun, likely = _begun(copy, suffix, folder, told)
    found = losses(wanted, likely, copy.intent(suffix)) | set(_of_container(copy, suffix))
    return Rehearsal(found, wanted, begun)


def given(copy: Copy, source: Inventory) -> Inventory:
    """What the copy shall have: the source, with the sound of a file of its own in the place of its sound."""
    if copy.audio is None:
        return source
    index = require_audio(copy.audio).index
    sound = next(each for each in read_inventory(copy.audio.path).streams if each.index == index)
    sounds = [stream.index for stream in source.of("audio")]
    number = min(sounds, default=len(source.streams))
    new = Stream(number, "audio", sound.codec, "", packets=_from(sound.packets, copy))
    beside = number if sounds else require_video(copy.info).index
    streams: list[Stream] = []
    for stream in source.streams:
        streams += [] if stream.kind == "audio" else [stream]
        streams += [new] if stream.index == beside else []
    return replace(source, streams=tuple(streams))


def _from(packets: Packets | None, copy: Copy) -> Packets | None:
    """The packets of sound that begins with the picture."""
    if packets is None:
        return None
    begin_seconds = copy.begin_seconds
    end = begin_seconds + packets.end_seconds - packets.begin_seconds
    return replace(packets, begin_seconds=begin_seconds, end_seconds=end)


def with_counts(copy: Copy, wanted: Inventory) -> Inventory:
    """What the copy shall have, with the packets of all that is in the source."""
    counted = {stream.index: stream.packets for stream in with_packets(copy.info.path, copy.source).streams}
    own = (
        each if each.packets else replace(each, packets=counted.get(each.index)) for each in wanted.streams
    )
    return replace(wanted, streams=tuple(own))


def replaced(copy: Copy) -> frozenset[Loss]:
    """The sound that a file of its own leaves no place for: all but the first."""
    sounds = copy.source.of("audio")[1:] if copy.audio else ()
    return frozenset(Loss(sound.index, Lost.STREAM, sound.codec) for sound in sounds)


def _picture(copy: Copy, path: Path, told: Remembered) -> Path | None:
    """The first frames, encoded as all will be."""
    if not copy.redrawn:
        return None
    layout = raw_format(require_video(copy.info))
    with (
        closing(read_frames(copy.info, layout, heartbeat=told.again)) as frames,
        FrameWriter(Job(copy.info, layout, copy.times, path, told.again)) as writer,
    ):
        for frame in islice(frames, min(FRAMES, len(copy.times.ticks))):
            writer.write(frame)
        writer.finish()
    return path


def _begun(copy: Copy, suffix: str, folder: Path, told: Remembered) -> tuple[Inventory, Inventory]:
    """The beginning of the copy, and what it says of the whole."""
    path = folder / f"begun{suffix}"
    begun = begin(mux_of(copy, suffix, folder), path, told)
    uncounted = replace(begun, streams=tuple(replace(stream, packets=None) for stream in begun.streams))
    return begun, with_frames(path, uncounted) if copy.redrawn else uncounted


def _by_index(copy: Copy, wanted: Inventory, suffix: str) -> Inventory:
    """What the copy's index will say: what it says now, but for the picture and the sound that are put in."""
    streams = wanted.streams
    if copy.picture:
        made = with_frames(copy.picture, read_headers(copy.picture)).of("video")[0]
        streams = tuple(_redrawn(each, made, copy.info) for each in streams)
    if copy.audio and not may_copy(suffix, require_audio(copy.audio).codec):
        streams = tuple(replace(each, codec="aac") if each.kind == "audio" else each for each in streams)
    return replace(wanted, streams=streams)


def _redrawn(stream: Stream, made: Stream, info: MediaInfo) -> Stream:
    if stream.index != require_video(info).index or not stream.picture or not made.picture:
        return stream
    picture = replace(made.picture, matrix=stream.picture.matrix, aspect=stream.picture.aspect)
    return replace(
        stream, codec=made.codec, picture=picture, side_data=made.side_data | _OF_INDEX & stream.side_data
    )


_OF_INDEX = frozenset({"Stereo 3D", "Spherical Mapping", "Display Matrix", "3x3 displaymatrix"})
"""Side data that stand in the index, not in the picture."""


def _of_container(copy: Copy, suffix: str) -> Iterator[Loss]:
    """What becomes of sound in a container in which it begins and ends with the picture."""
    if copy.is_fitted(suffix) and not begins_late(suffix):
        for stream in copy.source.of("audio"):
            begin_seconds = (stream.begin_seconds or 0.0) - copy.begin_seconds + copy.later_seconds
            if begin_seconds < 0 or copy.audio:
                yield Loss(stream.index, Lost.BEGIN)
            if not may_outlast(suffix):
                yield Loss(stream.index, Lost.END)
