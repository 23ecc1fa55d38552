"""Putting the streams of a copy together: each with the names it had, in the order it had, at its own
time."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from liptune.core.media.ffmpeg import QUIET, Child, demuxing, input_arguments, source
from liptune.core.media.inventory.read import read_headers, with_packets
from liptune.core.media.inventory.types import Inventory, Kind, Stream
from liptune.core.media.write.containers import M2TS, MATROSKA_FAMILY, MOV_FAMILY, TRANSPORT, Options
from liptune.core.progress import Remembered

NOTICED_SECONDS = 1.5e-3
"""What a container's clock of a millisecond rounds is let be."""
_MOST_SECONDS = 0.06
"""More than an encoder's delay is a mistake in reading so short a file."""
MOV_TICKS = 90_000
"""A second's ticks of pictures that ffmpeg puts into MP4 or QuickTime."""
_BEGINNING = ("-shortest", "-fs", str(64 << 20))
_FIRST_FRAMES = 3
"""Ends with the first packets; where a stream has none for long, at a size."""
_FIRST_FRAMES_OF_MXF = 75
"""It is not closed without sound, which a transport stream may bring seconds after its picture."""


_SHARED_TIMES = frozenset({"mpeg", "mpegts"})
"""Containers in which a time may stand for several frames: of the others ffmpeg must work it out, or they are
shown wrongly in the copy."""


@dataclass(frozen=True)
class Input:
    """A file to take streams from, its clock moved by ``later_seconds``."""

    path: Path
    later_seconds: float


@dataclass(frozen=True)
class Part:
    """A stream of the copy: ``stream`` of the input number ``file``, with the names of the source's
    ``names``.

    ``begin_seconds``: when its first packet begins, presented or not, after the picture's first frame; None
    where that does not matter. ``times``: bitstream filters, above all those that change its packets' times.
    ``tick``: seconds of what those count.
    ``corrected_seconds``: added to its times because the container is known to take that away.
    """

    file: int
    stream: int
    kind: Kind
    options: Options
    names: Stream | None = None
    begin_seconds: float | None = None
    times: tuple[str, ...] = ()
    tick: Fraction = Fraction(1, 90_000)
    corrected_seconds: float = 0.0


@dataclass(frozen=True)
class Cover:
    """A picture to be attached. ``path``: where it lies. ``tags``: what the copy says of it, its file
    name and MIME type among them."""

    path: Path
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Mux:
    """A file to be put together. ``inputs``: the first is the source. ``parts``: in order.

    ``picture``: number of the picture's part. ``seconds``: about how long it lasts, for the progress.
    ``tag``: what the file says of how it was made. ``second``: program streams are of MPEG-2, not of MPEG-1.
    ``until_seconds``: when all ends, on the copy's clock.
    """

    source: Inventory
    inputs: tuple[Input, ...]
    parts: tuple[Part, ...]
    picture: int
    seconds: float
    covers: tuple[Cover, ...] = ()
    tag: str | None = None
    until_seconds: float | None = None
    second: bool = False


_NULL_PACKET = bytes((0x47, 0x1F, 0xFF, 0x10)).ljust(188, b"\xff")
_PROBED_PACKETS = 64
"""ffmpeg knows a transport stream by its length only; null packets (ISO/IEC 13818-1, 2.4.3.3) say nothing."""


def muxed(mux: Mux, output: Path, told: Remembered) -> None:
    """Writes the file. Progress: ``render``.

    Matroska and MP4 store how much of the sound a decoder leaves out at first. A first try that ends with the
    first packets shows what this ffmpeg makes of that; the parts are corrected by it.

    Raises:
        RenderFailed, DiskFull: ffmpeg could not write it.
        TimedOut: ffmpeg stalled.
    """
    if output.suffix in MATROSKA_FAMILY | MOV_FAMILY:
        with TemporaryDirectory(prefix=".liptune-", dir=output.parent) as folder:
            mux = _corrected(mux, begin(mux, Path(folder) / f"begun{output.suffix}", told))
    _run(mux, output, (), told)


def begin(mux: Mux, output: Path, told: Remembered) -> Inventory:
    """Writes the file's headers and first packets; returns what they say."""
    frames = _FIRST_FRAMES_OF_MXF if output.suffix == ".mxf" else _FIRST_FRAMES
    _run(mux, output, ("-frames:v", str(frames), *_BEGINNING), told)
    if output.suffix in TRANSPORT:
        with output.open("ab") as file:
            file.write((bytes(4 if output.suffix in M2TS else 0) + _NULL_PACKET) * _PROBED_PACKETS)
    return with_packets(output, read_headers(output))


def _run(mux: Mux, output: Path, extra: tuple[str, ...], told: Remembered) -> None:
    arguments = [*_arguments(mux, output.suffix), *extra, source(output)]
    with Child(arguments, mux.inputs[0].path, heartbeat=told.again) as child:
        # ffmpeg reports its progress on standard output, so that silence there means a stall.
        for chunk in child.chunks():
            told("render", _share(chunk, mux.seconds))
        child.finish_file("The video could not be written")


def _corrected(mux: Mux, begun: Inventory) -> Mux:
    """The parts, moved by what separates them from when they should begin."""
    streams = _in_turn(mux, begun)
    picture = streams[mux.picture]
    if picture is None or picture.packets is None:
        return mux
    parts = []
    for part, stream in zip(mux.parts, streams, strict=True):
        if part.begin_seconds is None or stream is None or not (stream.packets and stream.packets.count):
            # Of packets that are all hidden, ffmpeg does not say when.
            parts.append(part)
            continue
        begins = stream.packets.coded_seconds
        begins = stream.packets.begin_seconds if begins is None else begins
        missing = part.begin_seconds - (begins - picture.packets.begin_seconds)
        noticed = NOTICED_SECONDS < abs(missing) < _MOST_SECONDS
        parts.append(replace(part, corrected_seconds=missing if noticed else 0.0))
    return replace(mux, parts=tuple(parts))


def _in_turn(mux: Mux, begun: Inventory) -> list[Stream | None]:
    """The stream that each part has become: the next one of its kind."""
    left = {kind: iter(begun.of(kind)) for kind in ("video", "audio", "subtitle", "data")}
    return [next(left.get(part.kind, iter(())), None) for part in mux.parts]


def _share(report: bytes, seconds: float) -> float:
    """How much of the output is written, as ffmpeg's last report says."""
    found = re.findall(rb"out_time_us=(\d+)", report)
    return min(1.0, int(found[-1]) / 1e6 / seconds) if found and seconds > 0 else 0.0


def _arguments(mux: Mux, suffix: str) -> list[str]:
    arguments = ["ffmpeg", *QUIET, "-nostdin", "-y", "-progress", "pipe:1", "-copyts"]
    timed = ("-fflags", "+genpts") if mux.source.container in _SHARED_TIMES else ()
    for each in mux.inputs:
        own = demuxing(mux.source.container) if each.path == mux.inputs[0].path else ()
        arguments += ["-itsoffset", f"{each.later_seconds:.6f}", *timed, *own]
        arguments += [*input_arguments(), "-i", source(each.path)]
    arguments += ["-map_metadata", "0", "-map_chapters", "0", "-copy_unknown", "-strict", "experimental"]
    arguments += _tagged(mux, suffix)
    arguments += [] if mux.until_seconds is None else ["-t", f"{mux.until_seconds:.6f}"]
    for number, part in enumerate(mux.parts):
        arguments += _part(number, part, suffix)
    for number, cover in enumerate(mux.covers, len(mux.parts)):
        arguments += ["-attach", source(cover.path)]
        for name, value in cover.tags.items():
            arguments += [f"-metadata:s:{number}", f"{name}={value}"]
    if suffix in MOV_FAMILY:
        arguments += ["-video_track_timescale", str(MOV_TICKS), "-movflags", _movie_flags(mux)]
    if suffix == ".mpg" and mux.second:
        arguments += ["-f", "vob"]
    if suffix in M2TS:
        arguments += ["-mpegts_m2ts_mode", "1"]
    return [*arguments, "-max_muxing_queue_size", "65536"]


def _movie_flags(mux: Mux) -> str:
    """ffmpeg writes a list of tags with any names, or one of iTunes' names and with the covers."""
    covered = any(part.kind == "cover" for part in mux.parts)
    return "+faststart" if covered else "+faststart+use_metadata_tags"


def _tagged(mux: Mux, suffix: str) -> Iterator[str]:
    """Transport streams have no tags but the names of who provides what."""
    if mux.tag:
        kept = {"comment"} & mux.source.tags.keys()
        names = {"service_provider"} if suffix in TRANSPORT else {"software", "comment"} - kept
        for name in sorted(names):
            yield from ("-metadata", f"{name}={mux.tag}")


def moved(seconds: float, tick: Fraction) -> str:
    """The bitstream filter that lets packets come later."""
    ticks = round(seconds / tick)
    return f"setts=pts=PTS+{ticks}:dts=DTS+{ticks}"


def _part(number: int, part: Part, suffix: str) -> Iterator[str]:
    yield from ("-map", f"{part.file}:{part.stream}")
    for name, value in part.options:
        yield from (f"-{name}:{number}", value)
    if part.kind == "video":
        # Else ffmpeg leaves out what comes before the first keyframe.
        yield f"-copyinkf:{number}"
    filters = [*part.times, *([moved(part.corrected_seconds, part.tick)] if part.corrected_seconds else [])]
    if filters:
        yield from (f"-bsf:{number}", ",".join(filters))
    file, stream = (0, part.names.index) if part.names else (part.file, part.stream)
    yield from (f"-map_metadata:s:{number}", f"{file}:s:{stream}")
    if part.names:
        yield from (f"-disposition:{number}", "+".join(sorted(part.names.dispositions)) or "0")
        if part.names.title:
            for name in ("title", *(["handler_name"] if suffix in MOV_FAMILY else [])):
                yield from (f"-metadata:s:{number}", f"{name}={part.names.title}")
