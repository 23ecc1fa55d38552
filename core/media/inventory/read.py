"""Taking the inventory of a file with ffprobe."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

from liptune.core.errors import Canceled
from liptune.core.media.display import Matrix
from liptune.core.media.ffmpeg import QUIET, Child, demuxing, input_arguments, output_of, source
from liptune.core.media.inventory.payloads import ALPHA, payloads_of
from liptune.core.media.inventory.types import (
    Chapter,
    Inventory,
    Kind,
    Packets,
    Picture,
    Stream,
)
from liptune.core.media.pixels import bits_of, chroma_of, has_alpha
from liptune.core.media.probe.probe import PROBE_SECONDS
from liptune.core.media.probe.turned import own_matrix
from liptune.core.media.remembered import remembered

Heartbeat = Callable[[], None]

SCAN_SECONDS = 3600.0
HEAD_PACKETS = 48
"""Whose frames are looked at for side data that a decoder alone finds: it stands in headers, or comes with
every frame."""

_COLOUR = {
    "color_range": "range",
    "color_primaries": "primaries",
    "color_transfer": "transfer",
    "color_space": "matrix",
}
_STREAM = (
    "index,codec_type,codec_name,codec_tag_string,width,height,pix_fmt,bits_per_raw_sample,sample_aspect_ratio,"
    "field_order,channels,sample_rate,bits_per_sample,extradata_size,start_time," + ",".join(_COLOUR)
)
_ENTRIES = (
    f"stream={_STREAM}:stream_disposition:stream_tags:stream_side_data:format=format_name:format_tags:"
    "chapter=start_time,end_time:chapter_tags=title:program=program_id"
)
_UNKNOWN = {None, "", "unknown", "unspecified", "reserved", "N/A", "gbr"}
_IDENTITY = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_NO_SIDE_DATA = {
    "CPB properties",
    "H.26[45] User Data Unregistered SEI message",
    "Skip Samples",
    "Metadata Update",
}
"""What an encoder says of itself, and what is told elsewhere."""

FIRST_SECONDS = 5


def read_headers(path: Path) -> Inventory:
    """What the headers of a file say, without its packets and frames.

    Raises `MediaUnreadable` where ffprobe cannot read it, `TimedOut` where that takes too long.
    """
    return remembered(path, "headers", lambda: _headers(path))


def _headers(path: Path) -> Inventory:
    facts = _ffprobe(path, "-show_entries", _ENTRIES)
    container = facts["format"]["format_name"]
    if container == "mpeg":
        facts = _ffprobe(path, *demuxing(container), "-show_entries", _ENTRIES)
    return Inventory(
        container=container,
        streams=tuple(_stream(each) for each in facts.get("streams", [])),
        chapters=tuple(_chapter(each) for each in facts.get("chapters", [])),
        tags=_lowered(facts["format"].get("tags", {})),
        programs=len(facts.get("programs", [])),
    )


@contextmanager
def read_ahead(path: Path) -> Iterator[None]:
    """Reads all packets of a file meanwhile: who asks for them then finds them read. Leaving stops that.

    What goes wrong is for whoever asks to find.
    """
    stopped = Event()

    def go_on() -> None:
        if stopped.is_set():
            raise Canceled("the packets are not wanted any more")

    with ThreadPoolExecutor(1, thread_name_prefix="packets") as thread:
        thread.submit(lambda: with_packets(path, read_headers(path), heartbeat=go_on))
        try:
            yield
        finally:
            stopped.set()


def with_packets(path: Path, headers: Inventory, *, heartbeat: Heartbeat | None = None) -> Inventory:
    """The inventory with every stream's packets. ``heartbeat``: see `liptune.core.media.ffmpeg.Child`."""
    options = demuxing(headers.container)
    packets = remembered(path, "all packets", lambda: _packets(path, *options, heartbeat=heartbeat))
    streams = (replace(stream, packets=packets.get(stream.index)) for stream in headers.streams)
    return replace(headers, streams=tuple(streams))


def with_frames(path: Path, headers: Inventory, *, heartbeat: Heartbeat | None = None) -> Inventory:
    """The inventory with the side data of the picture: of its first frames, and in all its packets.

    ``heartbeat``: see `liptune.core.media.ffmpeg.Child`.
    """
    pictures = headers.of("video")
    if not pictures:
        return headers
    question = "frames", pictures[0].index
    own, names = remembered(path, question, lambda: _beside_frames(path, pictures[0], heartbeat))
    richer = _with_side_data(_turned(pictures[0], own), names)
    streams = (richer if stream is pictures[0] else stream for stream in headers.streams)
    return replace(headers, streams=tuple(streams))


def _beside_frames(
    path: Path, picture: Stream, heartbeat: Heartbeat | None
) -> tuple[Matrix | None, frozenset[str]]:
    """How the picture's own packets turn it, and the names of its first frames' and packets' side data."""
    asked = ("-select_streams", str(picture.index), "-read_intervals", f"%+#{HEAD_PACKETS}")
    facts = _ffprobe(path, *asked, "-show_entries", "frame=pts:frame_side_data=side_data_type,displaymatrix")
    frames = facts.get("frames", [])
    own = own_matrix(frames, picture.picture.matrix if picture.picture else None)
    seen: set[str] = set().union(*(_named(each.get("side_data_list", [])) for each in frames))
    return own, payloads_of(path, picture, heartbeat=heartbeat) | seen


def _turned(stream: Stream, own: Matrix | None) -> Stream:
    return replace(stream, picture=replace(stream.picture, own_matrix=own)) if stream.picture else stream


def _with_side_data(stream: Stream, names: frozenset[str]) -> Stream:
    """An alpha layer is no side data, but a property of the picture that ffprobe does not see."""
    picture = stream.picture
    if picture and ALPHA in names:
        picture = replace(picture, alpha=True)
    return replace(stream, side_data=stream.side_data | names - {ALPHA}, picture=picture)


def _ffprobe(path: Path, *asked: str) -> dict[str, Any]:
    arguments = ["ffprobe", *QUIET, *input_arguments(), *asked, "-of", "json", "-i", source(path)]
    facts: dict[str, Any] = json.loads(output_of(arguments, path, PROBE_SECONDS))
    return facts


def _stream(facts: dict[str, Any]) -> Stream:
    tags = _lowered(facts.get("tags", {}))
    kind = _kind(facts)
    return Stream(
        index=int(facts["index"]),
        kind=kind,
        codec=facts.get("codec_name", "unknown"),
        codec_tag=facts.get("codec_tag_string", ""),
        language=_language(tags),
        title=tags.pop("title", None),
        dispositions=frozenset(name for name, given in facts.get("disposition", {}).items() if given),
        tags=tags,
        side_data=frozenset(_named(facts.get("side_data_list", []))),
        picture=_picture(facts) if kind == "video" else None,
        channels=int(facts.get("channels", 0)),
        sample_rate=int(facts.get("sample_rate", 0)),
        sample_bits=_sample_bits(facts) if kind == "audio" else 0,
        size=int(facts.get("extradata_size", 0)) if kind == "attachment" else 0,
        begin_seconds=float(facts["start_time"]) if "start_time" in facts else None,
    )


def _sample_bits(facts: dict[str, Any]) -> int:
    raw = str(facts.get("bits_per_raw_sample", ""))
    return int(raw) if raw.isdigit() and int(raw) else int(facts.get("bits_per_sample", 0))


def _kind(facts: dict[str, Any]) -> Kind:
    kind = facts.get("codec_type", "data")
    if kind == "video":
        given = facts.get("disposition", {})
        return "cover" if given.get("attached_pic") or given.get("still_image") else "video"
    return kind if kind in {"audio", "subtitle", "attachment"} else "data"


def _picture(facts: dict[str, Any]) -> Picture:
    pixel_format = facts.get("pix_fmt", "unknown")
    tagged = _lowered(facts.get("tags", {})).get("alpha_mode") == "1"
    return Picture(
        width=int(facts.get("width", 0)),
        height=int(facts.get("height", 0)),
        pixel_format=pixel_format,
        bits=bits_of(pixel_format),
        alpha=tagged or has_alpha(pixel_format),
        aspect=_aspect(facts.get("sample_aspect_ratio")),
        colour={name: facts[key] for key, name in _COLOUR.items() if facts.get(key) not in _UNKNOWN},
        fields=facts.get("field_order", "unknown"),
        matrix=_matrix(facts.get("side_data_list", [])),
        chroma=chroma_of(pixel_format),
    )


def _aspect(ratio: str | None) -> str:
    return "1:1" if ratio in {None, "N/A", "0:1", "1:1"} else str(ratio)


def _matrix(side_data: list[dict[str, Any]]) -> tuple[int, ...] | None:
    """The nine values that ffprobe prints in three numbered rows."""
    for side in side_data:
        if "displaymatrix" in side:
            rows = [row.partition(":")[2].split() for row in side["displaymatrix"].strip().splitlines()]
            values = tuple(int(value) for row in rows for value in row)
            return None if len(values) != len(_IDENTITY) or values == _IDENTITY else values
    return None


def _chapter(facts: dict[str, Any]) -> Chapter:
    title = facts.get("tags", {}).get("title", "")
    return Chapter(float(facts["start_time"]), float(facts["end_time"]), title)


def _lowered(tags: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in tags.items()}


def _language(tags: dict[str, str]) -> str | None:
    language = tags.pop("language", "und")
    return None if language in {"und", "unk", ""} else language


def _named(side_data: Iterable[dict[str, Any]]) -> set[str]:
    return {side["side_data_type"] for side in side_data if side.get("side_data_type")} - _NO_SIDE_DATA


def first_packets(path: Path) -> dict[int, float]:
    """When the first packet of each stream begins, presented or not; of streams that begin in time."""
    packets = _packets(path, "-read_intervals", f"%+{FIRST_SECONDS}")
    return {index: each.coded_seconds for index, each in packets.items() if each.coded_seconds is not None}


def _packets(path: Path, *asked: str, heartbeat: Heartbeat | None = None) -> dict[int, Packets]:
    """Every stream's packets. Those that an edit list hides do not count."""
    arguments = [
        "ffprobe", *QUIET, *input_arguments(), *asked,
        "-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,size,flags",
        "-of", "csv=p=0", "-i", source(path),
    ]  # fmt: skip
    counts: dict[int, _Count] = {}
    with Child(arguments, path, limit_seconds=SCAN_SECONDS, heartbeat=heartbeat) as child:
        for line in child.lines():
            stream, shown, decoded, length, size, flags, *_ = [*line.split(","), "", "", "", ""]
            begin = decoded if shown == "N/A" else shown
            counts.setdefault(int(stream), _Count()).add(begin, length, size, flags)
        if child.finish() < 0:
            raise child.failure(f"The packets of {path.name} cannot be read")
    return {number: count.packets() for number, count in counts.items()}


class _Count:
    """Packets of one stream, added up."""

    def __init__(self) -> None:
        self._count = self._bytes = 0
        self._begin, self._end, self._coded = math.inf, -math.inf, math.inf
        self._latest: list[tuple[float, bool]] = []

    def add(self, begin: str, length: str, size: str, flags: str) -> None:
        """Counts one, as ffprobe prints it."""
        if begin not in {"N/A", ""}:
            self._coded = min(self._coded, float(begin))
        if "D" in flags:
            return
        self._count += 1
        self._bytes += int(size) if size.isdigit() else 0
        if begin not in {"N/A", ""}:
            at, known = float(begin), length not in {"N/A", ""}
            self._begin = min(self._begin, at)
            self._end = max(self._end, at + (float(length) if known else 0.0))
            self._latest = sorted([*self._latest, (at, known)])[-2:]

    def packets(self) -> Packets:
        """The sum."""
        known = math.isfinite(self._begin)
        begin, end = (self._begin, self._end + self._unknown_length()) if known else (0.0, 0.0)
        coded = self._coded if math.isfinite(self._coded) else None
        return Packets(self._count, self._bytes, begin, end, coded)

    def _unknown_length(self) -> float:
        """Of the last, which lasts as long as the one before: ffprobe tells none of rates like 14.985."""
        (before, _), (at, known) = self._latest[0], self._latest[-1]
        return 0.0 if known else at - before
