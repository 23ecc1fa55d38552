"""Which of a video's contents a copy will lack, found by writing the beginning of one."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from liptune.core.media.clock.frames import FrameTimes
from liptune.core.media.inventory.losses import (
    NEW_SOUND,
    SHORTER_SECONDS,
    WHOLE_FILE,
    Intent,
    Loss,
    Lost,
    losses,
)
from liptune.core.media.inventory.read import read_headers, with_frames, with_packets
from liptune.core.media.inventory.types import Inventory, Packets, Stream
from liptune.core.media.inventory.words import Told, told_of
from liptune.core.media.probe.probe import require_audio, require_video
from liptune.core.media.read.raw import read_frames
from liptune.core.media.types import MediaInfo
from liptune.core.media.write.codecs import raw_format, written_codec
from liptune.core.media.write.containers import (
    CONSTANT_RATE,
    begins_late,
    carried,
    is_own,
    may_copy,
    may_outlast,
    output_suffix,
    require_order,
    require_place,
    require_sounds,
)
from liptune.core.media.write.copy import Copy, Track, movie_of, picture_suffix
from liptune.core.media.write.frame_writer import FrameWriter, Job
from liptune.core.media.write.mux import begin
from liptune.core.media.write.parts import mux_of
from liptune.core.progress import Remembered

FRAMES = 2
OVER_SECONDS = SHORTER_SECONDS / 2
"""What sound is longer than the picture is told from here on: less than is compared, for headers round."""


@dataclass(frozen=True)
class Undertaking:
    """A copy that is about to be made: ``redrawn``: its picture is encoded anew; the rest as of `Copy`."""

    info: MediaInfo
    times: FrameTimes
    redrawn: bool = False
    audio: MediaInfo | None = None
    later_seconds: float = 0.0
    tracks: tuple[Track, ...] = ()
    pace: float = 1.0
    keeps_sound: bool = False
    ends_seconds: float | None = None

    def intent(self, suffix: str) -> Intent:
        """What of the source is meant to change in a copy with ``suffix``."""
        return Intent(
            self.redrawn,
            self.later_seconds,
            silence=not begins_late(suffix),
            resounded=bool(self.tracks),
            pace=self.pace,
            keeps_sound=self.keeps_sound,
            ends_seconds=self.ends_seconds,
        )

    @cached_property
    def new_sound(self) -> Stream:
        """The sound of a file of its own, as the copy shall have it. All its packets are read."""
        if self.audio is None:
            raise TypeError("a new sound without its file")
        index = require_audio(self.audio).index
        heard = with_packets(self.audio.path, read_headers(self.audio.path))
        sound = next(each for each in heard.streams if each.index == index)
        return Stream(
            NEW_SOUND,
            "audio",
            sound.codec,
            "",
            channels=sound.channels,
            sample_rate=sound.sample_rate,
            sample_bits=sound.sample_bits,
            packets=_from(sound.packets, self.times),
        )

    def copy(self, source: Inventory, picture: Path | None = None, tag: str | None = None) -> Copy:
        """The copy, with what only its making shows: as of `Copy`."""
        return Copy(
            self.info,
            source,
            self.times,
            picture,
            self.audio,
            self.later_seconds,
            self.tracks,
            self.pace,
            tag,
            self.keeps_sound,
            self.ends_seconds,
        )


def headers_of(work: Undertaking, told: Remembered) -> Inventory:
    """What the source's headers say; where its picture is drawn again, with what comes with its frames, for
    which all of it is read."""
    headers = read_headers(work.info.path)
    return with_frames(work.info.path, headers, heartbeat=told.again) if work.redrawn else headers


def rehearse(work: Undertaking, source: Inventory, output: Path, told: Remembered) -> frozenset[Loss]:
    """What the copy ``output`` will lack of ``source`` (as of `headers_of`): its first frames are written
    beside it, as all will be, and removed.

    Raises:
        RenderFailed: The container of ``output`` cannot hold what it must, or a file cannot be written there.
    """
    _require_place(work, output.suffix)
    with TemporaryDirectory(prefix=".liptune-", dir=output.parent) as name:
        folder = Path(name)
        picture = _picture(work, folder, output.suffix, told)
        copy = work.copy(source, picture)
        if movie_of(work.info, output.suffix):
            begun = _by_index(copy, given(work, source), output.suffix)
        else:
            begun = _begun(copy, output.suffix, folder, told)
        found = losses(given(work, source), begun, work.intent(output.suffix))
        found -= set(_not_yet_begun(copy, output.suffix))
    return found | lost_by_choice(work, source, output.suffix) | set(_of_container(copy, output.suffix))


def in_words(found: Iterable[Loss], work: Undertaking, source: Inventory) -> tuple[Told, ...]:
    """What a copy of ``source`` lacks, as users read it."""
    new = [work.new_sound] if work.audio else []
    return told_of(found, replace(source, streams=(*source.streams, *new)))


def _require_place(work: Undertaking, suffix: str) -> None:
    if work.audio and work.keeps_sound and work.info.audio:
        require_sounds(suffix)
    video = require_video(work.info)
    codec = written_codec(video) if work.redrawn else video.codec
    require_place(video, codec, suffix, redrawn=work.redrawn)
    if not work.redrawn:
        require_order(work.info, suffix)


def given(work: Undertaking, source: Inventory) -> Inventory:
    """What the copy shall have: the source, with the sound of a file of its own in the place of its sound, or
    before it."""
    if work.audio is None:
        return source
    new, sounds = work.new_sound, [stream.index for stream in source.of("audio")]
    beside = min(sounds, default=require_video(work.info).index)
    streams: list[Stream] = []
    for stream in source.streams:
        if stream.kind != "audio":
            streams += [stream, new] if stream.index == beside else [stream]
            continue
        streams += [new] if stream.index == beside else []
        streams += [_beside(stream)] if work.keeps_sound else []
    return replace(source, streams=tuple(streams))


def _beside(stream: Stream) -> Stream:
    """A sound that is no longer the one to be played."""
    return replace(stream, dispositions=stream.dispositions - {"default"})


def _from(packets: Packets | None, times: FrameTimes) -> Packets | None:
    """The packets of sound that begins with the picture."""
    if packets is None:
        return None
    begin_seconds = float(times.ticks[0] * times.time_base)
    end = begin_seconds + packets.end_seconds - packets.begin_seconds
    return replace(packets, begin_seconds=begin_seconds, end_seconds=end)


def lost_by_choice(work: Undertaking, source: Inventory, suffix: str) -> frozenset[Loss]:
    """What no stream of the copy shows: the sound that a file of its own leaves no place for, all but the
    first; and the container, where no copy is written in that and nobody asked for another.
    """
    sounds = source.of("audio")[1:] if work.audio and not work.keeps_sound else ()
    lacking = {Loss(sound.index, Lost.STREAM, sound.codec) for sound in sounds}
    if suffix == output_suffix(work.info) and not is_own(work.info, suffix):
        lacking.add(Loss(WHOLE_FILE, Lost.CONTAINER, suffix))
    return frozenset(lacking)


def _picture(work: Undertaking, folder: Path, suffix: str, told: Remembered) -> Path | None:
    """The first frames, encoded as all will be."""
    if not work.redrawn:
        return None
    path, reordered = folder / f"picture{picture_suffix(suffix)}", suffix not in CONSTANT_RATE
    layout = raw_format(require_video(work.info))
    with (
        closing(read_frames(work.info, layout, heartbeat=told.again)) as frames,
        FrameWriter(Job(work.info, layout, work.times, path, told.again, reordered)) as writer,
    ):
        for frame in islice(frames, min(FRAMES, len(work.times.ticks))):
            writer.write(frame)
        writer.finish()
    return path


def _begun(copy: Copy, suffix: str, folder: Path, told: Remembered) -> Inventory:
    begun = folder / f"begun{suffix}"
    inventory = begin(mux_of(copy, suffix, folder), begun, told)
    uncounted = replace(
        inventory, streams=tuple(replace(stream, packets=None) for stream in inventory.streams)
    )
    return with_frames(begun, uncounted) if copy.picture else uncounted


def _not_yet_begun(copy: Copy, suffix: str) -> Iterator[Loss]:
    """Subtitles that only seem to be left out: a program stream lists no streams, so that its beginning does
    not show what comes later."""
    texts = [stream for stream in copy.source.of("subtitle") if carried(suffix, stream)]
    if suffix == ".mpg" and texts:
        held = with_packets(copy.info.path, replace(copy.source, streams=tuple(texts)))
        yield from (
            Loss(stream.index, Lost.STREAM, stream.codec) for stream in held.streams if stream.packets
        )


def _by_index(copy: Copy, wanted: Inventory, suffix: str) -> Inventory:
    """What the copy's index will say: what it says now, but for the picture and the sound that are put in."""
    streams = wanted.streams
    if copy.picture:
        made = with_frames(copy.picture, read_headers(copy.picture)).of("video")[0]
        streams = tuple(_redrawn(each, made, copy) for each in streams)
    codecs = {track.replaces: read_headers(track.path).of("audio")[0].codec for track in copy.tracks}
    streams = tuple(replace(each, codec=codecs.get(each.index, each.codec)) for each in streams)
    if copy.audio and not may_copy(suffix, require_audio(copy.audio).codec):
        streams = tuple(replace(each, codec="aac") if each.index == NEW_SOUND else each for each in streams)
    return replace(wanted, streams=tuple(replace(each, index=at) for at, each in enumerate(streams)))


def _redrawn(stream: Stream, made: Stream, copy: Copy) -> Stream:
    if stream.index != require_video(copy.info).index or not stream.picture or not made.picture:
        return stream
    picture = replace(made.picture, matrix=copy.outer_matrix, aspect=stream.picture.aspect)
    return replace(
        stream, codec=made.codec, picture=picture, side_data=made.side_data | _OF_INDEX & stream.side_data
    )


_OF_INDEX = frozenset({"Stereo 3D", "Spherical Mapping", "Display Matrix", "3x3 displaymatrix"})
"""Side data that stand in the index, not in the picture."""


def _of_container(copy: Copy, suffix: str) -> Iterator[Loss]:
    """What becomes of sound in a container in which it begins and ends with the picture."""
    if copy.audio:
        lasts = require_audio(copy.audio).duration_seconds
        yield from _fitted(copy, suffix, NEW_SOUND, copy.later_seconds, lasts)
        if not copy.keeps_sound:
            return
    own = copy.kept if copy.audio else copy
    for sound in own.info.audio:
        begins = sound.start_seconds - own.begin_seconds + own.later_seconds
        yield from _fitted(own, suffix, sound.index, begins, sound.duration_seconds)


def _fitted(copy: Copy, suffix: str, stream: int, begins: float, lasts: float) -> Iterator[Loss]:
    if not copy.is_fitted(suffix) or begins_late(suffix):
        return
    if begins < 0:
        yield Loss(stream, Lost.BEGIN)
    over = begins + lasts - require_video(copy.info).duration_seconds
    if not may_outlast(suffix) and over > OVER_SECONDS:
        yield Loss(stream, Lost.END)
