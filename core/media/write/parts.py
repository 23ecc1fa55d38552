"""The streams of a copy that ffmpeg puts together, in the order of the source."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from liptune.core.media.clock.frames import last_frame
from liptune.core.media.ffmpeg import QUIET, input_arguments, output_of, source
from liptune.core.media.inventory.read import first_packets
from liptune.core.media.inventory.types import Stream
from liptune.core.media.probe.probe import probe, require_audio, require_video
from liptune.core.media.types import NO_LIMITS, AudioStream, MediaInfo
from liptune.core.media.write.containers import (
    CONSTANT_RATE,
    COPY,
    MATROSKA_FAMILY,
    MOV_FAMILY,
    TRANSPORT,
    Options,
    begins_late,
    carried,
    is_own,
    may_copy,
    may_outlast,
    sound_encoder,
)
from liptune.core.media.write.copy import NEW_TITLE, OLD_TITLE, Copy, Track
from liptune.core.media.write.mux import MOV_TICKS, Cover, Input, Mux, Part, moved

_COVERS = {
    "mjpeg": (".jpg", "image/jpeg"),
    "png": (".png", "image/png"),
    "gif": (".gif", "image/gif"),
    "bmp": (".bmp", "image/bmp"),
    "webp": (".webp", "image/webp"),
}
"""Suffix and MIME type by codec."""
_PICTURE_SECONDS = 60.0
_PRELOAD_SECONDS = 1.0
"""MPEG streams fill buffers first; ffmpeg moves the streams apart where decoding begins before 0 or that."""


def mux_of(copy: Copy, suffix: str, folder: Path) -> Mux:
    """What ffmpeg puts together. ``folder``: where covers are laid until they are attached."""
    clock = _clock(copy, suffix)
    inputs = [Input(copy.info.path, 0.0 if _jumps(copy.info) else clock.base)]
    picture = _Place(0, require_video(copy.info).index)
    if copy.picture:
        picture = _Place(len(inputs), 0)
        inputs.append(Input(copy.picture, clock.base + copy.begin_seconds))
    sound = 0
    if copy.audio:
        sound = len(inputs)
        later = 0.0 if _jumps(copy.audio) else _later(copy, clock)
        inputs.append(Input(copy.audio.path, later))
    elif copy.tracks:
        sound = len(inputs)
        inputs += [Input(track.path, _track_later(copy, clock, track)) for track in copy.tracks]
    elif copy.later_seconds and not _jumps(copy.info):
        sound = len(inputs)
        inputs.append(Input(copy.info.path, clock.base + copy.later_seconds))
    parts = tuple(_parts(copy, suffix, picture, sound, clock))
    number = next(
        at for at, part in enumerate(parts) if (part.file, part.stream) == (picture.file, picture.stream)
    )
    covers = tuple(_covers(copy, folder)) if suffix in MATROSKA_FAMILY else ()
    until = None if copy.ends_seconds is None or _jumps(copy.info) else clock.begin + copy.ends_seconds
    second = copy.info.container != "mpeg" or copy.info.variant == "mpeg2"
    lasting = copy.info.duration_seconds
    return Mux(copy.source, tuple(inputs), parts, number, lasting, covers, copy.tag, until, second)


@dataclass(frozen=True)
class _Place:
    """A stream of an input."""

    file: int
    stream: int


@dataclass(frozen=True)
class _Clock:
    """``base``: what is added to the source's times. ``begin``: when the picture begins in the copy."""

    base: float
    begin: float


def _clock(copy: Copy, suffix: str) -> _Clock:
    """The source's clock, from 0 on where its zero means nothing; later where sound would begin before that.

    So nothing of the sound is left out, and the picture begins when it does not have to wait. Where sound
    cannot begin before the picture, that begins at 0: an empty frame would stand before it.
    """
    if copy.is_fitted(suffix):
        return _Clock(-copy.begin_seconds, 0.0)
    zero = 0.0 if is_own(copy.info, suffix) and suffix in MATROSKA_FAMILY else copy.info.start_seconds
    zero -= _PRELOAD_SECONDS if suffix in TRANSPORT | {".mpg"} else 0.0
    wait = 0.0
    if copy.sounds:
        first = _first_sound(copy)
        wait = max(0.0, min(0.0, first - zero) - (first - zero + copy.later_seconds))
    return _Clock(wait - zero, copy.begin_seconds + wait - zero)


def _first_sound(copy: Copy) -> float:
    """When the first sound begins, on the source's clock, before all is moved by `Copy.later_seconds`."""
    if copy.tracks:
        return copy.begin_seconds + min(track.begin_seconds for track in copy.tracks)
    return copy.begin_seconds if copy.audio else min(sound.start_seconds for sound in copy.sounds)


def _jumps(info: MediaInfo) -> bool:
    """Whether the file's own clock jumps: then its streams are brought in time one by one.

    What is apart by the numbers of its packets keeps these.
    """
    return info.clock.jumps > 0 or any(
        not (clock.plain or clock.options or clock.apart) for clock in info.clock.streams.values()
    )


def _later(copy: Copy, clock: _Clock) -> float:
    """How much later sound comes than its own clock says."""
    if copy.audio is None:
        return clock.base + copy.later_seconds
    return clock.base + copy.begin_seconds + copy.later_seconds - require_audio(copy.audio).start_seconds


def _track_later(copy: Copy, clock: _Clock, track: Track) -> float:
    """How much later a track made anew comes than its file says."""
    starts = probe(track.path, NO_LIMITS).start_seconds
    return clock.base + copy.begin_seconds + track.begin_seconds - starts


def _tick(suffix: str, sample_rate: int = 0) -> Fraction:
    """Seconds of a tick in the container; of sound in MP4 and QuickTime it is a sample."""
    if suffix in MOV_FAMILY:
        return Fraction(1, sample_rate or MOV_TICKS)
    return Fraction(1, 1000 if suffix in MATROSKA_FAMILY | {".flv"} else 90_000)


def _times(
    info: MediaInfo, index: int, later: float, tick: Fraction, *, reordered: bool = False
) -> tuple[str, ...]:
    """What brings the packets of a stream in time, where the file's clock jumps."""
    if not _jumps(info):
        return ()
    followed = info.clock.setts(index, tick, reordered=reordered)
    return (*([followed] if followed else []), moved(later, tick))


def _ended(copy: Copy, clock: _Clock, tick: Fraction) -> tuple[str, ...]:
    """What leaves out the packets after the copy's end, where ffmpeg would look for that on another clock."""
    if copy.ends_seconds is None or not _jumps(copy.info):
        return ()
    latest = clock.begin + copy.ends_seconds
    return (f"noise=drop='gt(pts*{tick.numerator}/{tick.denominator},{latest:.6f})'",)


def _parts(copy: Copy, suffix: str, picture: _Place, sound: int, clock: _Clock) -> Iterator[Part]:
    new = [_new_sound(copy, suffix, sound, clock)] if copy.audio else []
    kept = copy.kept if copy.keeps_sound else None
    for stream in copy.source.streams:
        if stream.index == require_video(copy.info).index:
            yield _picture(copy, suffix, picture, stream, clock)
            if not copy.info.audio:
                yield from new
        elif stream.kind == "audio" and copy.audio:
            yield from new
            new = []
            if kept:
                yield _own_sound(kept, suffix, 0, _second(stream), clock)
        elif stream.kind == "audio":
            yield _own_sound(copy, suffix, sound, stream, clock)
        elif stream.kind != "cover" or suffix not in MATROSKA_FAMILY:
            options = carried(suffix, stream)
            if options is not None:
                tick = _tick(suffix)
                times = _times(copy.info, stream.index, clock.base, tick) + _ended(copy, clock, tick)
                yield Part(0, stream.index, stream.kind, options, stream, times=times)


def _new_sound(copy: Copy, suffix: str, file: int, clock: _Clock) -> Part:
    sound = copy.sounds[0]
    coded = first_packets(copy.audio.path).get(sound.index) if copy.audio else None
    hidden = 0.0 if coded is None else coded - sound.start_seconds
    begin = None if copy.is_fitted(suffix) else copy.later_seconds + hidden
    part = _sounding(copy, suffix, Part(file, sound.index, "audio", (), None, begin), sound.codec, clock)
    return replace(part, options=part.options + _first(sound, suffix)) if copy.keeps_sound else part


def _first(sound: AudioStream, suffix: str) -> Options:
    """Names of a sound that others stand beside."""
    name = "handler_name" if suffix in MOV_FAMILY else "title"
    return (("disposition", "default+dub"), ("metadata:s", f"{name}={sound.title or NEW_TITLE}"))


def _second(stream: Stream) -> Stream:
    """A sound that stays beside a new one."""
    dispositions = stream.dispositions - {"default"} | {"original"}
    return replace(stream, title=stream.title or OLD_TITLE, dispositions=dispositions)


def _own_sound(copy: Copy, suffix: str, file: int, stream: Stream, clock: _Clock) -> Part:
    for number, track in enumerate(copy.tracks):
        if track.replaces == stream.index:
            return Part(file + number, 0, "audio", COPY, stream)
    part = Part(file, stream.index, "audio", (), stream, _begin(copy, suffix, stream))
    return _sounding(copy, suffix, part, stream.codec, clock)


def _sounding(copy: Copy, suffix: str, part: Part, codec: str, clock: _Clock) -> Part:
    """The part, with what is done to its sound: copied, or decoded in time and encoded.

    ffmpeg puts what an encoder begins with before the sound's own beginning, as it should be.
    """
    info, later = copy.audio or copy.info, _later(copy, clock)
    if may_copy(suffix, codec) and not copy.is_fitted(suffix):
        rates = {sound.index: sound.sample_rate for sound in copy.sounds}
        tick = _tick(suffix, rates.get(part.stream, 0))
        times = _times(info, part.stream, later, tick) + _ended(copy, clock, tick)
        return replace(part, options=COPY, times=times, tick=tick)
    filters = []
    if _jumps(info):
        shown = info.clock.of(part.stream).expression()
        filters = [f"asetpts='{shown}'", "aselect='not(isnan(pts))'", f"asetpts=PTS+{later:.6f}/TB"]
        filters += [] if copy.ends_seconds is None else [f"atrim=end={clock.begin + copy.ends_seconds:.6f}"]
    filters += [_fitted(copy, suffix, clock)] if copy.is_fitted(suffix) else []
    options = ((("filter", ",".join(filters)),) if filters else ()) + sound_encoder(suffix, codec)
    return replace(part, options=options, begin_seconds=None)


def _begin(copy: Copy, suffix: str, stream: Stream) -> float | None:
    """When sound begins after the picture's first frame."""
    if stream.begin_seconds is None or copy.is_fitted(suffix) or not begins_late(suffix):
        return None
    begins = first_packets(copy.info.path).get(stream.index, stream.begin_seconds)
    return begins - copy.begin_seconds + copy.later_seconds


def _picture(copy: Copy, suffix: str, place: _Place, stream: Stream, clock: _Clock) -> Part:
    """MP4 and MOV store how long each frame is shown; some players want HEVC by another name; MXF is told
    H.264's profile by the packets alone, and is one of those that take them with start codes only."""
    video, options = require_video(copy.info), COPY
    tick = 1 / video.fps if suffix in CONSTANT_RATE else _tick(suffix)
    times = () if copy.picture else _times(copy.info, place.stream, clock.base, tick, reordered=True)
    if copy.pace != 1:
        times += (_paced(copy, clock),)
    if copy.picture or suffix in MOV_FAMILY:
        times += tuple(last_frame(video, copy.times, tick))
    if suffix in CONSTANT_RATE and not copy.picture:
        times = (*_START_CODES.get(video.codec, ()), *times)
    if copy.picture and suffix == ".mxf":
        times = ("dump_extra", *times)
    if suffix in CONSTANT_RATE:
        options += (("r", f"{video.fps.numerator}/{video.fps.denominator}"),)
    if video.codec == "hevc" and suffix in MOV_FAMILY:
        options += (("tag", "hvc1"),)
    return Part(place.file, place.stream, "video", options, stream, times=times, tick=tick)


def _paced(copy: Copy, clock: _Clock) -> str:
    """The filter that lets the picture run faster or slower from its first frame on."""
    begin = f"{copy.begin_seconds + clock.base:.6f}/TB"
    at = f"{begin}+({{0}}-{begin})/{copy.pace:.9f}"
    return f"setts=pts={at.format('PTS')}:dts={at.format('DTS')}:duration=DURATION/{copy.pace:.9f}"


_START_CODES = {"h264": ("h264_mp4toannexb",), "hevc": ("hevc_mp4toannexb",)}


def _fitted(copy: Copy, suffix: str, clock: _Clock) -> str:
    """Sound from the picture's first frame on, preceded by silence where it begins late; to the picture's
    end at least, and at most where the container ends there."""
    end = require_video(copy.info).duration_seconds
    filters = [
        f"asetpts=PTS-{clock.begin:.6f}/TB",
        "aresample=async=1:first_pts=0:min_comp=0.00001:min_hard_comp=0.02",
        f"apad=whole_dur={end:.6f}",
    ]
    filters += [] if may_outlast(suffix) else [f"atrim=end={end:.6f}"]
    return ",".join([*filters, f"asetpts=PTS+{clock.begin:.6f}/TB"])


def _covers(copy: Copy, folder: Path) -> Iterator[Cover]:
    """Lays the source's covers into the folder. Their file names, which some players choose by, are the
    source's where it has any."""
    for number, stream in enumerate(copy.source.of("cover")):
        if stream.codec not in _COVERS:
            continue
        suffix, kind = _COVERS[stream.codec]
        path = folder / f"{'cover' if number == 0 else f'cover-{number + 1}'}{suffix}"
        path.write_bytes(_cover(copy.info.path, stream.index))
        named = {"filename": path.name, "mimetype": kind}
        titled = {"title": stream.title} if stream.title else {}
        yield Cover(
            path, {**named, **titled, **{name: stream.tags[name] for name in named if name in stream.tags}}
        )


def _cover(path: Path, index: int) -> bytes:
    arguments = [
        "ffmpeg", *QUIET, "-nostdin", *input_arguments(), "-i", source(path), "-map", f"0:{index}",
        "-c", "copy", "-frames:v", "1", "-f", "image2pipe", "pipe:1",
    ]  # fmt: skip
    return output_of(arguments, path, _PICTURE_SECONDS, "The cover cannot be read")
