"""What a copy lacks of its source, found by comparing their inventories."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from liptune.core.media.inventory.chapters import MOVED_SECONDS, elsewhere, is_chapters, left_out
from liptune.core.media.inventory.pairs import Pair, in_order, pairs_of
from liptune.core.media.inventory.types import DISPLAY_MATRIX, Inventory, Packets, Picture, Stream
from liptune.core.media.lossless import is_lossless
from liptune.core.media.pixels import is_rgb

SHORTER_SECONDS = 0.060
"""A stream is as long as it was, but for a packet of sound that an encoder's delay has taken."""
ENCODED_SECONDS = 0.060
"""What encoders put before the sound: 1024 samples for AAC, twice as many of Apple's."""

_OF_WRITERS = frozenset(
    [
        "encoder",
        "encoding_tool",
        "software",
        "vendor_id",
        "duration",
        "bps",
        "number_of_frames",
        "number_of_bytes",
        "major_brand",
        "minor_version",
        "compatible_brands",
        "creation_time",
        "modification_date",
        "file_package_umid",
        "reel_umid",
        "uid",
        "generation_uid",
        "company_name",
        "product_name",
        "product_version",
        "product_version_num",
        "product_uid",
        "toolkit_version_num",
        "application_platform",
        "material_package_umid",
        "operational_pattern_ul",
        "alpha_mode",
        "handler_name",
        "isft",
    ]
)
"""Tags in which programs name themselves or count what they wrote."""


class Lost(StrEnum):
    """What can be lost; the codes of ``losses`` in a result."""

    STREAM = "stream"
    ORDER = "order"
    CODEC = "codec"
    LANGUAGE = "language"
    TITLE = "title"
    DISPOSITION = "disposition"
    TAG = "tag"
    SIDE_DATA = "side_data"
    PACKETS = "packets"
    BEGIN = "begin"
    END = "end"
    SIZE = "size"
    ALPHA = "alpha"
    DEPTH = "depth"
    CHROMA = "chroma"
    RGB = "rgb"
    CHANNELS = "channels"
    SAMPLE_RATE = "sample_rate"
    COLOUR = "colour"
    DISPLAY_MATRIX = "display_matrix"
    ASPECT = "aspect"
    FIELDS = "fields"
    CHAPTER = "chapter"
    CHAPTER_TIME = "chapter_time"
    PROGRAMS = "programs"
    CONTAINER = "container"
    SOUND_CUT = "sound_cut"
    SILENCE = "silence"
    PICTURE_ADDED = "picture_added"
    PICTURE_CUT = "picture_cut"
    LIKENESS = "likeness"


WHOLE_FILE, NEW_SOUND = -1, -2
"""Numbers of what is no stream of the source: the file as a whole, and sound that comes from another file."""


@dataclass(frozen=True, order=True)
class Loss:
    """``stream``: its number in the source, or one of the above. ``what``: which of its kind."""

    stream: int
    kind: Lost
    what: str = ""


@dataclass(frozen=True)
class Intent:
    """What a repair means to change. ``redrawn``: the picture is encoded anew.

    ``sound_later_seconds``: how far the sound is moved against all else; of a new one beside others, that
    alone (``keeps_sound``). ``silence``: it is preceded by
    silence where it would begin late, and followed by some where it would end early. ``resounded``: it is
    made anew, at other times. ``pace``: seconds of the picture that are shown in one. ``ends_seconds``: when
    all ends after the picture's first frame, where that is earlier than it did.
    """

    redrawn: bool = False
    sound_later_seconds: float = 0.0
    silence: bool = False
    resounded: bool = False
    pace: float = 1.0
    keeps_sound: bool = False
    ends_seconds: float | None = None


UNCHANGED = Intent()


_UNORDERED = frozenset({"flv", "mpeg"})
"""Containers that list no streams: their order is that of the first packets."""


def losses(source: Inventory, copy: Inventory, intent: Intent = UNCHANGED) -> frozenset[Loss]:
    """Everything that ``source`` has and ``copy`` lacks, but for what was meant to change.

    What is known of only one of the two, such as packets that were not counted, is not compared.
    """
    pairs = pairs_of(source, copy)
    origin = _origin(pairs)
    found = set(_of_file(source, copy, intent.ends_seconds))
    if source.container not in _UNORDERED and not in_order(pairs):
        found.add(Loss(WHOLE_FILE, Lost.ORDER))
    for pair in pairs:
        found |= {Loss(pair.source.index, kind, what) for kind, what in _of_stream(pair, intent, origin)}
    return frozenset(found)


def _of_file(source: Inventory, copy: Inventory, ends_seconds: float | None) -> Iterator[Loss]:
    for name in sorted(_missing(source.tags, copy.tags)):
        yield Loss(WHOLE_FILE, Lost.TAG, name)
    for name in left_out(source, copy, ends_seconds):
        yield Loss(WHOLE_FILE, Lost.CHAPTER, name)
    for name in elsewhere(source, copy, ends_seconds):
        yield Loss(WHOLE_FILE, Lost.CHAPTER_TIME, name)
    if source.programs > max(1, copy.programs):
        yield Loss(WHOLE_FILE, Lost.PROGRAMS)


def _missing(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    own = {name for name in before if name not in _OF_WRITERS and not name.startswith("_statistics")}
    return {name for name in own if before[name] and after.get(name) != before[name]}


def _of_stream(pair: Pair, intent: Intent, origin: tuple[float, float]) -> Iterator[tuple[Lost, str]]:
    source, copy = pair.source, pair.copy
    if copy is None:
        if not is_chapters(source):
            yield Lost.STREAM, source.codec
        return
    if source.kind == "attachment" and source.size and copy.size != source.size:
        yield Lost.STREAM, source.codec
    yield from _names(source, copy)
    yield from (
        (Lost.SIDE_DATA, name)
        for name in sorted(source.side_data - copy.side_data)
        if name not in DISPLAY_MATRIX
    )
    if source.picture and copy.picture:
        yield from _of_picture(source.picture, copy.picture)
    if copy.codec != source.codec and not (is_lossless(source.codec) and is_lossless(copy.codec)):
        yield Lost.CODEC, copy.codec
    yield from _of_sound(source, copy)
    if source.packets and copy.packets and source.kind not in {"cover", "attachment"}:
        yield from _in_time(pair, source.packets, copy.packets, intent, origin)


def _names(source: Stream, copy: Stream) -> Iterator[tuple[Lost, str]]:
    if source.language not in {None, copy.language}:
        yield Lost.LANGUAGE, source.language or ""
    if source.title and source.title not in {copy.title, copy.tags.get("handler_name")}:
        yield Lost.TITLE, source.title
    for name in sorted(source.dispositions - copy.dispositions):
        yield Lost.DISPOSITION, name
    for name in sorted(_missing(source.tags, copy.tags)):
        yield Lost.TAG, name


def _of_sound(source: Stream, copy: Stream) -> Iterator[tuple[Lost, str]]:
    if 0 < copy.channels < source.channels:
        yield Lost.CHANNELS, str(source.channels)
    if 0 < copy.sample_rate < source.sample_rate:
        yield Lost.SAMPLE_RATE, str(source.sample_rate)
    if 0 < copy.sample_bits < source.sample_bits:
        yield Lost.DEPTH, str(source.sample_bits)


def _of_picture(source: Picture, copy: Picture) -> Iterator[tuple[Lost, str]]:
    if (source.width, source.height) != (copy.width, copy.height):
        yield Lost.SIZE, f"{source.width}x{source.height}"
    yield from _of_samples(source, copy)
    if (source.own_matrix or source.matrix) != (copy.own_matrix or copy.matrix):
        yield Lost.DISPLAY_MATRIX, ""
    if source.aspect != copy.aspect:
        yield Lost.ASPECT, source.aspect
    if source.fields in _INTERLACED and copy.fields not in _INTERLACED:
        yield Lost.FIELDS, source.fields
    for name, value in source.colour.items():
        if copy.colour.get(name) != value:
            yield Lost.COLOUR, name


def _of_samples(source: Picture, copy: Picture) -> Iterator[tuple[Lost, str]]:
    if source.alpha and not copy.alpha:
        yield Lost.ALPHA, ""
    if copy.bits < source.bits:
        yield Lost.DEPTH, str(source.bits)
    if is_rgb(source.pixel_format) and not is_rgb(copy.pixel_format):
        yield Lost.RGB, copy.pixel_format
    if any(fewer > as_many for fewer, as_many in zip(copy.chroma, source.chroma, strict=True)):
        yield Lost.CHROMA, source.pixel_format


_INTERLACED = frozenset({"tt", "bb", "tb", "bt"})


def _in_time(
    pair: Pair, source: Packets, copy: Packets, intent: Intent, origin: tuple[float, float]
) -> Iterator[tuple[Lost, str]]:
    """Against the picture's first frame: containers count time from where they like."""
    if intent.resounded and pair.source.kind == "audio":
        return
    moves = pair.source.index == NEW_SOUND if intent.keeps_sound else pair.source.kind == "audio"
    later = intent.sound_later_seconds if moves else 0.0
    pace = intent.pace if pair.source.kind == "video" else 1.0
    begin, end = ((at - origin[0]) / pace + later for at in (source.begin_seconds, source.end_seconds))
    shortened = intent.ends_seconds is not None and end > intent.ends_seconds
    if intent.ends_seconds is not None:
        begin, end = min(begin, intent.ends_seconds), min(end, intent.ends_seconds)
    moved = copy.begin_seconds - origin[1] - begin
    hidden = source.coded_seconds is not None and source.coded_seconds < source.begin_seconds
    if hidden and moved < 0 and source.coded_seconds is not None:
        # What the source hides, as an encoder's beginning, the copy may play before the rest.
        moved = min(0.0, moved + source.begin_seconds - source.coded_seconds)
    if moved < 0 and pair.source.kind == "audio" and pair.copy and pair.copy.codec != pair.source.codec:
        # What an encoder puts before the sound is played where the container cannot hide it.
        moved = min(0.0, moved + ENCODED_SECONDS)
    if moved > MOVED_SECONDS or (moved < -MOVED_SECONDS and not intent.silence):
        yield Lost.BEGIN, ""
    # ffmpeg reads the last text of a track that begins late as shorter than it is.
    lasting = pair.source.kind in {"video", "audio"}
    if lasting and copy.end_seconds - origin[1] < end - SHORTER_SECONDS:
        yield Lost.END, ""
    redrawn = intent.redrawn and pair.source.kind == "video"
    same = pair.copy is not None and pair.copy.codec == pair.source.codec
    if (
        same
        and not redrawn
        and not shortened
        and not pair.source.codec.startswith("pcm_")
        and copy.count < source.count
    ):
        yield Lost.PACKETS, str(source.count - copy.count)


def _origin(pairs: list[Pair]) -> tuple[float, float]:
    """When the picture begins, in the source and in the copy."""
    for pair in pairs:
        if pair.source.kind == "video" and pair.copy and pair.source.packets and pair.copy.packets:
            return pair.source.packets.begin_seconds, pair.copy.packets.begin_seconds
    return 0.0, 0.0
